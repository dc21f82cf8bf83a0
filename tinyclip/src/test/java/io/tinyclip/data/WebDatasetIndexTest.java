package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WebDatasetIndexTest {
    private static final String SETTING = "tinyclip.data.train";
    private static final Preprocessing CLIP = Preprocessing.clip(8);
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    @TempDir
    Path folder;

    private final List<String> heard = new ArrayList<>();

    @Test
    void tarsAreReadOnceAndNotAgainAtTheNextStart() {
        for (int tar = 0; tar < 7; tar++) {
            Tars.write(folder.resolve(tar + ".tar"), 10 * tar, tar);
        }
        WebDataset first = open("{0..6}.tar");
        assertEquals("0/7 1/7 2/7 3/7 4/7 5/7 6/7 7/7", String.join(" ", heard));
        heard.clear();
        WebDataset second = open("{0..6}.tar");
        assertEquals(List.of(), heard);
        assertEquals(21, second.size());
        assertEquals(first.contentHash(), second.contentHash());
        for (int pair = 0; pair < 21; pair++) {
            assertEquals(first.captions(pair), second.captions(pair));
            assertEquals(first.identity(pair), second.identity(pair));
            assertArrayEquals(
                    first.view(pair, 3, CLIP).image().rgb(),
                    second.view(pair, 3, CLIP).image().rgb());
        }
        assertEquals("colour number 60", second.captions(15).get(0), "the first of the last tar");
    }

    @Test
    void aTarThatChangedSinceItWasIndexedIsReadAgain() {
        Tars.write(folder.resolve("0.tar"), 0, 2);
        open("0.tar");
        Path tar = folder.resolve("0.tar");
        Tars.write(tar, 5, 2);
        assertTrue(tar.toFile().setLastModified(Tars.LONG_AGO.toMillis() + 60_000));
        heard.clear();
        assertEquals("colour number 5", open("0.tar").captions(0).get(0));
        assertEquals(List.of("0/1", "1/1"), heard);
    }

    @Test
    void theContentIsWhatIsInTheTarsAndNotWhatTheyAreCalledNorWhereTheyLie() throws IOException {
        Tars.write(folder.resolve("0.tar"), 0, 3);
        Tars.write(folder.resolve("1.tar"), 9, 2);
        String hash = open("{0..1}.tar").contentHash();
        Path other = Files.createDirectories(folder.resolve("m"));
        Files.move(folder.resolve("0.tar"), other.resolve("x.tar"));
        Files.move(folder.resolve("1.tar"), other.resolve("y.tar"));
        assertEquals(hash, open("m/{x,y}.tar").contentHash());
        assertNotEquals(hash, open("m/{y,x}.tar").contentHash());
    }

    @Test
    void theContentCoversThePicturesBytes() throws IOException {
        Path tar = Tars.write(folder.resolve("0.tar"), 0, 3);
        String hash = open("0.tar").contentHash();
        Files.delete(Tars.index(folder.resolve("0.tar")));
        byte[] bytes = Files.readAllBytes(tar);
        bytes[512 + 40] ^= 1;
        Files.write(tar, bytes);
        assertNotEquals(hash, open("0.tar").contentHash());
    }

    @Test
    void aRunThatKnowsTheFirstHashFindsItsPairsInTheirFirstOrder() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("a.jpg", JPEG).add("a.txt", "one").add("b.jpg", new byte[] {(byte) 0xff, (byte) 0xd8, -1, 0});
            tar.add("b.json", "{\"captions\": [\"two\", \"three\"]}");
        }
        WebDataset data = open("0.tar", ReadOrder.SHARDS);
        assertEquals(2, data.shards().length);
        String first = "029264765aafa26d42c673cb4f5e45ddfcf75d8e163b277f55339cee7ea26ee4";
        Dataset known = data.knownAs(first);
        assertEquals(first, known.contentHash());
        assertEquals(0, known.shards().length);
        assertEquals(2, known.size());
        String reduced = "d2a52174d148f0e87bc08e7df56a1fa3b5c036ec51c74a1326fd80adb938ddbe";
        assertEquals(reduced, data.atReducedScale().knownAs(reduced).contentHash());
        assertSame(data, data.knownAs(data.contentHash()));
        assertSame(data, data.knownAs(reduced), "which is another content");
        assertSame(data, data.knownAs("0".repeat(64)));
    }

    @Test
    void tarsInAFolderThatCannotBeWrittenAreIndexedInTheCache() throws IOException {
        Path tar = Tars.write(folder.resolve("0.tar"), 0, 3);
        // Nobody can write a file where a folder lies that is not empty.
        Files.createDirectories(Tars.index(folder.resolve("0.tar")).resolve("x"));
        open("0.tar");
        heard.clear();
        assertEquals(3, open("0.tar").size());
        assertEquals(List.of(), heard);
        try (var kept = Files.list(folder.resolve("cache"))) {
            assertEquals(1, kept.count());
        }
        Files.move(tar, folder.resolve("1.tar"), StandardCopyOption.REPLACE_EXISTING);
        open("1.tar");
        assertEquals(List.of("0/1", "1/1"), heard, "the cache knows tars by their places");
    }

    @Test
    void withoutAnyPlaceForIndexesTarsAreReadEachTime() throws IOException {
        Tars.write(folder.resolve("0.tar"), 0, 3);
        Files.createDirectories(Tars.index(folder.resolve("0.tar")).resolve("x"));
        Files.createFile(folder.resolve("cache"));
        WebDataset data = open("0.tar");
        assertEquals("colour number 2", data.view(2, 1, CLIP).caption());
        heard.clear();
        open("0.tar");
        assertEquals(List.of("0/1", "1/1"), heard);
    }

    private WebDataset open(String pattern) {
        return open(pattern, ReadOrder.AUTO);
    }

    private WebDataset open(String pattern, ReadOrder order) {
        IndexStore indexes = new IndexStore(Optional.of(folder.resolve("cache")));
        WebDataset.Opening how =
                new WebDataset.Opening(order, indexes, (done, total) -> heard.add(done + "/" + total), Reading.USUAL);
        return WebDataset.open(folder + "/" + pattern, SETTING, how);
    }
}
