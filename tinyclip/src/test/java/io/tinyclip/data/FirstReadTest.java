package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.LocalBlob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Tars of which no more is known at the start than how many samples they hold. */
final class FirstReadTest {
    private static final String SETTING = "tinyclip.data.train";
    private static final Preprocessing CLIP = Preprocessing.clip(8);

    @TempDir
    Path folder;

    private final List<String> heard = new ArrayList<>();

    @Test
    void noTarIsReadBeforeASampleOfItIsAskedFor() throws IOException {
        sizes("{\"0.tar\": 3, \"1.tar\": 2}");
        WebDataset data = open("{0..1}.tar", IndexMode.FIRST_READ);
        assertEquals(5, data.size());
        assertEquals(2, data.shardsToPin());
        assertEquals(List.of(), heard, "and there are no tars yet");
        Path second = Tars.write(folder.resolve("1.tar"), 10, 2);
        assertEquals("colour number 11", data.captions(4).get(0));
        assertTrue(Files.exists(Tars.index(second)), "what was read once has an index");
        assertTrue(message(() -> data.view(0, 1, CLIP)).startsWith("no file [" + folder + "/0.tar], which " + SETTING));
    }

    @Test
    void thePairsAreThoseOfTarsThatAreReadBefore() throws IOException {
        sizes("{\"0.tar\": 3, \"1.tar\": \"2\"}");
        Tars.write(folder.resolve("0.tar"), 0, 3);
        Tars.write(folder.resolve("1.tar"), 10, 2);
        WebDataset cold = open("{0..1}.tar", IndexMode.FIRST_READ);
        List<byte[]> pixels = new ArrayList<>();
        for (int pair = 0; pair < cold.size(); pair++) {
            pixels.add(cold.view(pair, 7, CLIP).image().rgb());
        }
        WebDataset warm = open("{0..1}.tar", IndexMode.FIRST_READ);
        WebDataset before = open("{0..1}.tar", IndexMode.BEFORE);
        assertEquals(List.of(), heard, "all indexes are there");
        assertEquals(cold.contentHash(), warm.contentHash());
        assertNotEquals(cold.contentHash(), before.contentHash());
        assertTrue(IndexMode.isByCounts(cold.contentHash()));
        assertFalse(IndexMode.isByCounts(before.contentHash()));
        assertEquals(0, before.shardsToPin());
        assertEquals(Optional.empty(), before.pin(0));
        for (int pair = 0; pair < before.size(); pair++) {
            assertArrayEquals(
                    pixels.get(pair), before.view(pair, 7, CLIP).image().rgb());
            assertEquals(before.identity(pair), warm.identity(pair));
            assertEquals(cold.pin(pair), warm.pin(pair));
            assertEquals(pair < 3 ? 0 : 1, cold.pin(pair).orElseThrow().shard());
        }
        assertNotEquals(
                cold.pin(0).orElseThrow().hash(), cold.pin(4).orElseThrow().hash());
        assertEquals(IndexMode.BEFORE, IndexMode.FIRST_READ.asBegun(Optional.of(before.contentHash())));
        assertEquals(IndexMode.FIRST_READ, IndexMode.FIRST_READ.asBegun(Optional.of(cold.contentHash())));
        assertEquals(IndexMode.COUNTED, IndexMode.AUTO.asBegun(Optional.of(cold.contentHash())));
        assertEquals(IndexMode.AUTO, IndexMode.AUTO.asBegun(Optional.empty()));
        assertEquals(cold.contentHash(), open("{0..1}.tar", IndexMode.COUNTED).contentHash());
    }

    @Test
    void theContentHashIsOfTheCountsAndTheRules() throws IOException {
        sizes("{\"0.tar\": 3, \"1.tar\": 2}");
        String hash = open("{0..1}.tar", IndexMode.FIRST_READ).contentHash();
        assertNotEquals(hash, open("{1,0}.tar", IndexMode.FIRST_READ).contentHash());
        Reading lines = Reading.USUAL.withCaptionsPerLine(true);
        assertNotEquals(hash, open("{0..1}.tar", IndexMode.FIRST_READ, lines).contentHash());
        assertTrue(IndexMode.isByCounts(
                open("{0..1}.tar", IndexMode.FIRST_READ).atReducedScale().contentHash()));
        sizes("{\"0.tar\": 3, \"1.tar\": 1}");
        assertNotEquals(hash, open("{0..1}.tar", IndexMode.FIRST_READ).contentHash());
    }

    @Test
    void theCountsOfImg2datasetAreFound() throws IOException {
        Files.writeString(folder.resolve("00000_stats.json"), "{\"count\": 9, \"successes\": 3, \"status_dict\": {}}");
        sizes("{\"other.tar\": 1}");
        Tars.write(folder.resolve("00000.tar"), 0, 3);
        Tars.write(folder.resolve("00001.tar"), 5, 2);
        WebDataset data = open("{00000..00001}.tar", IndexMode.FIRST_READ);
        assertEquals(5, data.size());
        assertEquals(List.of("0/1", "1/1"), heard, "only the tar without a count is read");
        assertTrue(Files.notExists(Tars.index(folder.resolve("00000.tar"))));
    }

    @Test
    void aTarWithFewerSamplesLeavesTheirPlacesEmpty() throws IOException {
        sizes("{\"0.tar\": 3, \"1.tar\": 2}");
        Tars.write(folder.resolve("0.tar"), 0, 2);
        Tars.write(folder.resolve("1.tar"), 10, 2);
        WebDataset data = open("{0..1}.tar", IndexMode.FIRST_READ);
        assertEquals("colour number 1", data.view(1, 1, CLIP).caption());
        assertEquals("colour number 10", data.view(3, 1, CLIP).caption());
        BadPictureException bad = assertThrows(BadPictureException.class, () -> data.view(2, 1, CLIP));
        assertEquals(
                "is not in its tar, which holds [2] samples that can be used and was counted to hold [3]",
                bad.reason());
        assertEquals(new SampleLabel(folder.resolve("0.tar").toString(), "sample 3"), data.label(2));
        assertNotEquals(data.identity(1), data.identity(2));
        Dataset strict = data.under(new PictureRules(PictureRules.USUAL.mostPixels(), true));
        assertTrue(message(() -> strict.view(2, 1, CLIP)).contains("[sample 3] of tar [" + folder + "/0.tar]"));
    }

    @Test
    void aTarWithMoreSamplesIsRefused() throws IOException {
        sizes("{\"0.tar\": 3}");
        Tars.write(folder.resolve("0.tar"), 0, 4);
        WebDataset data = open("0.tar", IndexMode.FIRST_READ);
        assertEquals(
                "tar [" + folder + "/0.tar] of tinyclip.data.train holds [4] samples, of which at most the [3] that it"
                        + " is counted to hold have a place in the run; correct its number in sizes.json or in its"
                        + " _stats.json, or set tinyclip.data.index = before, and start another run",
                message(() -> data.view(0, 1, CLIP)));
    }

    @Test
    void aTarThatIsAnotherWhenItsIndexIsNeededAgainIsRefused() throws IOException {
        sizes("{\"0.tar\": 3}");
        Tars.write(folder.resolve("0.tar"), 0, 3);
        FirstReads reads = reads(3);
        String pin = reads.pin(0).orElseThrow().hash();
        assertEquals(3, reads.load(0).size());
        Tars.write(folder.resolve("0.tar"), 20, 3).toFile().setLastModified(Tars.LONG_AGO.toMillis() + 60_000);
        assertTrue(message(() -> reads.load(0)).contains("/0.tar] has changed since its index was made"));
        assertEquals(pin, reads.pin(0).orElseThrow().hash());
        assertNotEquals(pin, reads(3).pin(0).orElseThrow().hash(), "another process finds the other tar");
    }

    @Test
    void aTarThatIsMissingIsLeftOutWithAllItsSamplesWhereThatIsWanted() throws IOException {
        sizes("{\"0.tar\": 3, \"1.tar\": 2}");
        Tars.write(folder.resolve("1.tar"), 10, 2);
        Reading skips = new Reading(false, StandardCharsets.UTF_8, true, Reading.Table.USUAL);
        WebDataset data = open("{0..1}.tar", IndexMode.FIRST_READ, skips);
        assertThrows(BadPictureException.class, () -> data.view(0, 1, CLIP));
        assertEquals("colour number 10", data.view(3, 1, CLIP).caption());
    }

    @Test
    void autoGoesByCountsWhereManyTarsHaveThemAll() throws IOException {
        StringBuilder all = new StringBuilder("{\"1000.tar\": 1");
        for (int tar = 1001; tar < 1256; tar++) {
            all.append(", \"").append(tar).append(".tar\": 1");
        }
        sizes(all + "}");
        WebDataset data = open("{1000..1255}.tar", IndexMode.AUTO);
        assertEquals(256, data.shardsToPin());
        assertEquals(256, data.size());
        assertTrue(
                message(() -> open("{1000..1254}.tar", IndexMode.AUTO)).startsWith("no file"), "few are read before");
        assertTrue(message(() -> open("{1000..1256}.tar", IndexMode.AUTO)).startsWith("no file"), "one has no count");
        Files.delete(folder.resolve("sizes.json"));
        assertTrue(message(() -> open("{1000..1255}.tar", IndexMode.AUTO)).startsWith("no file"), "none has a count");
    }

    @Test
    void whereARunGoesByCountsAMachineWithoutThemIsToldSoBeforeItReadsAnything() throws IOException {
        sizes("{\"0.tar\": 3, \"1.tar\": 2}");
        assertEquals(
                "tar [" + folder + "/2.tar] of tinyclip.data.train has no count beside it, in sizes.json or in its"
                        + " _stats.json, and the run goes by such counts; put these files beside the tars here, too",
                message(() -> open("{0..2}.tar", IndexMode.COUNTED)));
    }

    @Test
    void manyTarsAreNotFirstReadWhereAStepMayNeedAnyOfThem() throws IOException {
        StringBuilder all = new StringBuilder("{\"1000.tar\": 1");
        for (int tar = 1001; tar < 1513; tar++) {
            all.append(", \"").append(tar).append(".tar\": 1");
        }
        sizes(all + "}");
        assertEquals(
                512,
                open("{1000..1511}.tar", IndexMode.FIRST_READ, ReadOrder.PAIRS).shardsToPin());
        assertEquals(
                513,
                open("{1000..1512}.tar", IndexMode.FIRST_READ, ReadOrder.SHARDS).shardsToPin());
        String message = message(() -> open("{1000..1512}.tar", IndexMode.FIRST_READ, ReadOrder.PAIRS));
        assertTrue(message.startsWith("[513] tars of tinyclip.data.train would be read when"), message);
        message = message(() -> open("{1000..1511}.tar", IndexMode.AUTO, ReadOrder.PAIRS));
        assertTrue(message.startsWith("no file"), "they are read before: " + message);
    }

    @Test
    void refusesCountsThatCannotBe() throws IOException {
        for (String wrong : List.of("-1", "1.5", "\"many\"", "null", "[3]", "2147483648")) {
            sizes("{\"0.tar\": " + wrong + "}");
            assertEquals(
                    "[0.tar] in [" + folder + "/sizes.json], beside tars of tinyclip.data.train, must be a whole number"
                            + " from 0 to 2147483647; mend or remove the file, or set tinyclip.data.index = before",
                    message(() -> open("0.tar", IndexMode.FIRST_READ)),
                    wrong);
        }
        for (String none : List.of("", "[", "7", "{\"0.tar\"")) {
            sizes(none);
            assertTrue(message(() -> open("0.tar", IndexMode.FIRST_READ)).contains("is no object of JSON"), none);
        }
    }

    @Test
    void aTarThatIsReadUnderTwoRulesHasAnIndexForEach() throws IOException {
        Tars.write(folder.resolve("0.tar"), 0, 2);
        Reading lines = Reading.USUAL.withCaptionsPerLine(true);
        for (int start = 0; start < 2; start++) {
            open("0.tar", IndexMode.BEFORE);
            open("0.tar", IndexMode.BEFORE, lines);
        }
        assertEquals(List.of("0/1", "1/1", "0/1", "1/1"), heard, "each way once, and not again at the second start");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(3, files.count());
        }
    }

    @Test
    void anIndexOfAnOlderNameIsNotRead() throws IOException {
        Path tar = Tars.write(folder.resolve("0.tar"), 0, 2);
        open("0.tar", IndexMode.BEFORE);
        Files.move(Tars.index(tar), folder.resolve("0.tar.tinyclip-index"));
        heard.clear();
        open("0.tar", IndexMode.BEFORE);
        assertEquals(List.of("0/1", "1/1"), heard);
    }

    private FirstReads reads(int count) {
        return new FirstReads(
                new Shards.Source(
                        List.of(new LocalBlob(folder.resolve("0.tar"))),
                        new IndexStore(Optional.empty()),
                        Reading.USUAL),
                SETTING,
                new int[] {count});
    }

    private void sizes(String json) throws IOException {
        Files.writeString(folder.resolve("sizes.json"), json);
    }

    private WebDataset open(String pattern, IndexMode when) {
        return open(pattern, when, Reading.USUAL);
    }

    private WebDataset open(String pattern, IndexMode when, Reading reading) {
        return WebDataset.open(folder + "/" + pattern, SETTING, how(when, reading));
    }

    private WebDataset open(String pattern, IndexMode when, ReadOrder order) {
        return WebDataset.open(
                folder + "/" + pattern, SETTING, how(when, Reading.USUAL).in(order));
    }

    private WebDataset.Opening how(IndexMode when, Reading reading) {
        return new WebDataset.Opening(
                ReadOrder.AUTO,
                new IndexStore(Optional.empty()),
                (done, total) -> heard.add(done + "/" + total),
                reading,
                when);
    }

    private static String message(Executable asked) {
        return assertThrows(InvalidInputException.class, asked).getMessage();
    }
}
