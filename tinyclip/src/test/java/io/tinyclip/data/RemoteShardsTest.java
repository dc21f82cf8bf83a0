package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import io.tinyclip.storage.LocalBlob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import io.tinyclip.storage.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tars at addresses are the pairs that they are on a disk. */
final class RemoteShardsTest {
    private static final String SETTING = "tinyclip.data.train";
    private static final Preprocessing CLIP = Preprocessing.clip(8);

    @TempDir
    private Path folder;

    private final Elsewhere elsewhere = new Elsewhere();

    /** Answers from a folder what is asked of an address, and counts the bytes. */
    private final class Elsewhere implements Store {
        private long read;
        private int reads;
        private boolean changed;

        @Override
        public Blob open(String location) {
            LocalBlob file = new LocalBlob(folder.resolve(name(location)));
            return new Blob() {
                @Override
                public String location() {
                    return Location.shown(location);
                }

                @Override
                public long size() throws IOException {
                    return file.size();
                }

                @Override
                public String version() {
                    return "\"1\"";
                }

                @Override
                public void read(long offset, ByteBuffer into) throws IOException {
                    if (changed) {
                        throw new ChangedBlobException(location(), "\"1\"", "\"2\"");
                    }
                    read += into.remaining();
                    reads++;
                    file.read(offset, into);
                }
            };
        }

        @Override
        public List<String> list(String location) throws IOException {
            String base = location.substring(0, location.lastIndexOf('/') + 1);
            String ending = location.substring(base.length()).replace("*", "");
            try (Stream<Path> files = Files.list(folder.resolve(name(base)))) {
                return files.map(file -> base + file.getFileName())
                        .filter(file -> file.endsWith(ending))
                        .sorted()
                        .toList();
            }
        }

        private static String name(String location) {
            return location.replaceFirst("^\\w+://[^/]*/", "").replaceFirst("[?].*", "");
        }
    }

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(folder.resolve("set"));
        Tars.write(folder.resolve("set/0.tar"), 1, 3);
        Tars.write(folder.resolve("set/1.tar"), 4, 2);
        Storage.install(elsewhere, 1 << 20);
    }

    @Test
    void areThePairsThatTheyAreOnADisk() {
        WebDataset local = open(folder + "/set/{0..1}.tar");
        for (String address :
                List.of("s3://pairs/set/*.tar", "s3://pairs/set/{0..1}.tar", "https://h/set/{0..1}.tar?sig=0a")) {
            WebDataset remote = open(address);
            assertEquals(local.contentHash(), remote.contentHash(), address);
            assertEquals(local.size(), remote.size());
            assertArrayEquals(
                    local.view(4, 7, CLIP).image().rgb(),
                    remote.view(4, 7, CLIP).image().rgb(),
                    address);
            assertEquals(local.captions(4), remote.captions(4), address);
            assertEquals(local.label(2).key(), remote.label(2).key());
        }
        assertEquals(
                "https://h/set/1.tar?(hidden)",
                open("https://h/set/1.tar?sig=0a").label(0).tar());
    }

    @Test
    void areKnownByTheCountsBesideThem() throws IOException {
        String sizes = "{\"0.tar\": 3, \"1.tar\": 2}";
        Files.writeString(folder.resolve("set/sizes.json"), sizes);
        WebDataset.Opening how = new WebDataset.Opening(
                ReadOrder.AUTO,
                new IndexStore(Optional.of(folder.resolve("cache"))),
                ShardReading.SILENT,
                Reading.USUAL,
                IndexMode.FIRST_READ);
        WebDataset remote = WebDataset.open("s3://pairs/set/{0..1}.tar", SETTING, how);
        assertEquals(5, remote.size());
        assertEquals(sizes.length(), elsewhere.read, "no tar was read");
        WebDataset local = WebDataset.open(folder + "/set/{0..1}.tar", SETTING, how);
        assertEquals(local.contentHash(), remote.contentHash());
        assertEquals(
                local.pin(4).orElseThrow().hash(), remote.pin(4).orElseThrow().hash());
        assertArrayEquals(
                local.view(4, 7, CLIP).image().rgb(),
                remote.view(4, 7, CLIP).image().rgb());
        // What an address is signed for says nothing of what lies beside it.
        assertEquals(
                5,
                WebDataset.open("https://h/set/{0..1}.tar?sig=0a", SETTING, how).size());
    }

    @Test
    void areKnownByTheirFirstNamesWithoutTheirQueries() {
        assertEquals(first(folder + "/set/0.tar"), first("https://h/set/0.tar?sig=0a"));
    }

    @Test
    void areReadOnceForAllSignatures() throws IOException {
        open("https://h/set/{0..1}.tar?sig=0a");
        long once = elsewhere.read;
        assertTrue(once > 0, "the tars are read");
        WebDataset again = open("https://h/set/{0..1}.tar?sig=1b");
        assertEquals(once, elsewhere.read, "an index tells all");
        again.view(0, 1, CLIP);
        assertTrue(elsewhere.read > once);
        try (Stream<Path> indexes = Files.list(folder.resolve("cache"))) {
            assertEquals(2, indexes.count());
        }
    }

    @Test
    void picturesOfNeighboursAreOneRead() {
        WebDataset data = open("s3://pairs/set/*.tar");
        elsewhere.reads = 0;
        Views views = data.gather(new int[] {2, 0, 3, 1, 0, 4});
        assertEquals(2, elsewhere.reads, "one a tar");
        List<byte[]> pictures = IntStream.range(0, data.size())
                .mapToObj(index -> views.view(index, 7, CLIP).image().rgb())
                .toList();
        assertEquals(2, elsewhere.reads, "views of what was gathered read nothing");
        for (int index = 0; index < data.size(); index++) {
            assertArrayEquals(data.view(index, 7, CLIP).image().rgb(), pictures.get(index));
        }
    }

    @Test
    void whatCannotBeGatheredFailsWhereItIsViewed() {
        WebDataset data = open("s3://pairs/set/0.tar");
        elsewhere.changed = true;
        Views views = data.gather(new int[] {0, 1});
        assertThrows(InvalidInputException.class, () -> views.view(0, 1, CLIP));
        elsewhere.changed = false;
        assertArrayEquals(
                data.view(0, 1, CLIP).image().rgb(),
                views.view(0, 1, CLIP).image().rgb());
    }

    @Test
    void aFolderStandsForItsTarsAlone() throws IOException {
        Files.writeString(folder.resolve("set/README.md"), "two tars");
        assertEquals(5, open("s3://pairs/set/").size());
        Files.createDirectories(folder.resolve("none"));
        Files.writeString(folder.resolve("none/README.md"), "no tar");
        assertTrue(refusal("s3://pairs/none/").contains("holds [1] files, of which none ends in .tar"));
    }

    @Test
    void aChangedTarIsNoFailureOfThisMachine() {
        WebDataset data = open("s3://pairs/set/0.tar");
        elsewhere.changed = true;
        String message = assertThrows(InvalidInputException.class, () -> data.view(0, 1, CLIP))
                .getMessage();
        assertTrue(message.startsWith("tar [s3://pairs/set/0.tar] has changed since it was opened"), message);
        message = refusal("s3://pairs/set/1.tar");
        assertTrue(message.startsWith("tar [s3://pairs/set/1.tar] has changed since it was opened"), message);
    }

    @Test
    void whatIsRefusedShowsNoSignature() throws IOException {
        String gone = refusal("https://h/set/9.tar?sig=0a");
        assertTrue(gone.startsWith("no file [https://h/set/9.tar?(hidden)]"), gone);
        Files.write(folder.resolve("set/2.tar"), new byte[1024]);
        String empty = refusal("https://h/set/2.tar?sig=0a");
        assertTrue(empty.contains("[https://h/set/2.tar?(hidden)]"), empty);
        String brace = refusal("https://h/set/{2.tar?sig=0a");
        for (String message : List.of(gone, empty, brace)) {
            assertFalse(message.contains("0a"), message);
        }
    }

    private WebDataset open(String pattern) {
        return WebDataset.open(
                pattern,
                SETTING,
                new WebDataset.Opening(
                        ReadOrder.AUTO,
                        new IndexStore(Optional.of(folder.resolve("cache"))),
                        ShardReading.SILENT,
                        Reading.USUAL));
    }

    private String first(String place) {
        List<Blob> tars = List.of(Storage.open(place, SETTING));
        IndexStore store = new IndexStore(Optional.of(folder.resolve("cache")));
        return FirstContentHash.of(new ShardOpening(tars, SETTING, store, Reading.USUAL)
                .open(ShardReading.SILENT)
                .shards());
    }

    private String refusal(String pattern) {
        return assertThrows(InvalidInputException.class, () -> open(pattern)).getMessage();
    }
}
