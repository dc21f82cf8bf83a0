package io.tinyclip.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.gson.JsonObject;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class CheckpointStoreTest {
    private static final int SIZE = 1000;
    private static final String OLD = CheckpointStore.id(100);
    private static final String NEW = CheckpointStore.id(200);

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Remembered journal = new Remembered();
    private CheckpointStore store;

    @BeforeEach
    void open() {
        store = new CheckpointStore(folder.resolve("checkpoints"), journal);
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void detach() {
        logger().detachAppender(log);
    }

    @Test
    void hasNothingBeforeTheFirstCommit() {
        assertTrue(store.newestGood().isEmpty());
        store.writeRange(OLD, range(0, SIZE, 1));
        assertTrue(store.newestGood().isEmpty(), "ranges without a manifest count for nothing");
        store.removeLeftovers();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void readsTheSameBitsHoweverManyServersWrote(int servers) {
        write(NEW, servers, 1);
        Checkpoint checkpoint = store.newestGood().orElseThrow();
        assertEquals(NEW, checkpoint.id());
        assertEquals(SIZE, checkpoint.size());
        assertEquals(200, checkpoint.state().get("step").getAsInt());
        for (int[] ends : new int[][] {{0, SIZE}, {0, 1}, {142, 143}, {141, 700}, {SIZE - 1, SIZE}}) {
            SavedRange expected = range(ends[0], ends[1], 1);
            SavedRange read = checkpoint.readRange(ends[0], ends[1]);
            assertEquals(ends[0], read.from());
            assertArrayEquals(expected.weights().toArray(), read.weights().toArray());
            assertArrayEquals(expected.m().toArray(), read.m().toArray());
            assertArrayEquals(expected.v().toArray(), read.v().toArray());
        }
        assertThrows(IllegalArgumentException.class, () -> checkpoint.readRange(0, SIZE + 1));
    }

    @Test
    void readsRangesLargerThanItsBuffer() {
        int size = 600_001;
        RangeFile file = store.writeRange(NEW, range(0, size, 3));
        store.commit(NEW, List.of(file), new JsonObject());
        SavedRange read = store.newestGood().orElseThrow().readRange(1, size);
        assertArrayEquals(range(1, size, 3).weights().toArray(), read.weights().toArray());
        assertArrayEquals(range(1, size, 3).v().toArray(), read.v().toArray());
    }

    @Test
    void keepsTheNewestTwoAndNoOlderRanges() throws IOException {
        store.writeRange(CheckpointStore.id(50), range(0, SIZE, 1));
        for (int step = 100; step <= 400; step += 100) {
            write(CheckpointStore.id(step), 2, step);
        }
        assertEquals(List.of("latest", CheckpointStore.id(300), CheckpointStore.id(400)), names(store()));
        assertEquals(
                CheckpointStore.id(400),
                Files.readString(store().resolve(CheckpointStore.LATEST)).strip());
    }

    @Test
    void skipsATornRangeAndNamesIt() throws IOException {
        Path range = damaged();
        try (FileChannel channel = FileChannel.open(range, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertFallsBackBecause(range, "torn: expected 6024 bytes, found 6023");
    }

    @Test
    void skipsACorruptRangeAndNamesIt() throws IOException {
        Path range = damaged();
        byte[] bytes = Files.readAllBytes(range);
        bytes[bytes.length / 2] ^= 1;
        Files.write(range, bytes);
        assertFallsBackBecause(range, "corrupt: expected SHA-256");
    }

    @Test
    void skipsACheckpointWithoutOneOfItsRanges() throws IOException {
        Path range = damaged();
        Files.delete(range);
        assertFallsBackBecause(range, "cannot read");
    }

    @Test
    void skipsATornManifest() throws IOException {
        Path manifest = damaged().resolveSibling(Manifest.FILE);
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.substring(0, text.length() / 2));
        assertFallsBackBecause(manifest, "not valid JSON");
    }

    @Test
    void skipsAManifestWithAChangedNumber() throws IOException {
        Path manifest = damaged().resolveSibling(Manifest.FILE);
        Files.writeString(manifest, Files.readString(manifest).replace("\"step\":200", "\"step\":201"));
        assertFallsBackBecause(manifest, "corrupt");
    }

    @Test
    void skipsACheckpointUnderAnothersName() throws IOException {
        write(OLD, 1, 1);
        Path copy = store().resolve(NEW);
        Files.createDirectory(copy);
        for (String name : names(store().resolve(OLD))) {
            Files.copy(store().resolve(OLD).resolve(name), copy.resolve(name));
        }
        assertFallsBackBecause(copy, "manifest of checkpoint [" + OLD + "]");
    }

    @Test
    void keepsWhatARunThatWentBackBehindDamagedOnesCommits() throws IOException {
        for (String id : List.of(OLD, NEW)) {
            write(id, 1, 1);
            tear(id);
        }
        String first = CheckpointStore.id(50);
        String second = CheckpointStore.id(60);
        for (String id : List.of(first, second)) {
            write(id, 1, 1);
            assertEquals(id, store.newestGood().orElseThrow().id());
        }
        assertEquals(List.of("latest", first, second, OLD, NEW), names(store()));
    }

    @Test
    void keepsTwoGoodOnesBesideANewerDamagedOne() throws IOException {
        write(OLD, 1, 1);
        write(NEW, 1, 1);
        tear(NEW);
        String between = CheckpointStore.id(110);
        write(between, 1, 1);
        tear(between);
        assertEquals(OLD, store.newestGood().orElseThrow().id());
    }

    @Test
    void needsNoLatest() throws IOException {
        write(NEW, 1, 1);
        Files.delete(store().resolve(CheckpointStore.LATEST));
        assertEquals(NEW, store.newestGood().orElseThrow().id());
    }

    @Test
    void aFailedWriteNamesThePathAndLeavesTheLastCheckpointWhole() throws IOException {
        write(OLD, 1, 1);
        Path blocked = store().resolve(NEW).resolve(RangeFile.nameOf(0, SIZE));
        Files.createDirectories(blocked.resolve("in the way"));
        UncheckedIOException failure =
                assertThrows(UncheckedIOException.class, () -> store.writeRange(NEW, range(0, SIZE, 1)));
        assertTrue(failure.getMessage().contains(blocked + "]"), failure.getMessage());
        assertTrue(failure.getMessage().contains("free space"), failure.getMessage());
        assertEquals(List.of(blocked.getFileName().toString()), names(store().resolve(NEW)));
        assertEquals(OLD, store.newestGood().orElseThrow().id());
    }

    @Test
    void removesTemporaryFilesAndNothingElse() throws IOException {
        write(OLD, 1, 1);
        List<String> before = names(store().resolve(OLD));
        Files.writeString(store().resolve("latest.1-2.tmp"), "x");
        Files.writeString(store().resolve(OLD).resolve("manifest.json.1-2.tmp"), "x");
        store.removeLeftovers();
        assertEquals(before, names(store().resolve(OLD)));
        assertEquals(List.of("latest", OLD), names(store()));
    }

    @Test
    void refusesToCommitWhatIsNotThere() throws IOException {
        RangeFile file = store.writeRange(NEW, range(0, SIZE, 1));
        RangeFile far = new RangeFile(RangeFile.nameOf(SIZE, SIZE + 1), SIZE, SIZE + 1, file.sha256(), 36);
        String message = assertThrows(
                        InvalidInputException.class, () -> store.commit(NEW, List.of(file, far), new JsonObject()))
                .getMessage();
        assertTrue(message.contains(far.name()) && message.contains("share"), message);
        assertFalse(Files.exists(store().resolve(NEW).resolve(Manifest.FILE)));
    }

    @Test
    void refusesRangesThatDoNotTileTheVector() {
        RangeFile first = store.writeRange(NEW, range(0, 10, 1));
        RangeFile gap = store.writeRange(NEW, range(11, 20, 1));
        RangeFile overlap = store.writeRange(NEW, range(9, 20, 1));
        for (List<RangeFile> ranges :
                List.of(List.of(first, gap), List.of(first, overlap), List.of(gap), List.<RangeFile>of())) {
            assertThrows(IllegalArgumentException.class, () -> store.commit(NEW, ranges, new JsonObject()));
        }
    }

    @Test
    void refusesStateThatCouldNotBeReadBack() {
        RangeFile file = store.writeRange(NEW, range(0, SIZE, 1));
        JsonObject state = new JsonObject();
        state.addProperty("loss", Double.NaN);
        assertThrows(IllegalArgumentException.class, () -> store.commit(NEW, List.of(file), state));
        assertTrue(store.newestGood().isEmpty());
    }

    @Test
    void refusesNamesThatLeadElsewhere() {
        String hash = "0".repeat(64);
        assertThrows(IllegalArgumentException.class, () -> new RangeFile("../../secret", 0, 1, hash, 36));
        assertThrows(IllegalArgumentException.class, () -> store.writeRange("../x", range(0, 1, 1)));
        assertThrows(IllegalArgumentException.class, () -> CheckpointStore.id(1_000_000_000L));
    }

    @Test
    void tellsTheJournalOfEachOne() {
        write(OLD, 2, 1);
        write(NEW, 2, 2);
        assertEquals(List.of(100L, 200L), journal.newest);
        assertEquals(200, store.newestKnown());
    }

    @Test
    void whatIsInDoubtWasNeverThere() throws IOException {
        write(OLD, 1, 1);
        write(NEW, 1, 2);
        assertEquals(OLD, store.newestGoodUpTo(150).orElseThrow().id());
        assertEquals(100, store.newestKnown());
        assertEquals(
                OLD, Files.readString(store().resolve(CheckpointStore.LATEST)).strip());
        assertTrue(store.newestGoodUpTo(50).isEmpty());
        assertEquals(List.of(100L, 200L, 100L, 0L), journal.newest);
        assertEquals(0, store.newestKnown());
        assertEquals(List.of(), names(store()));
    }

    @Test
    void whatIsGoneIsNotTakenForInDoubt() throws IOException {
        write(NEW, 1, 2);
        for (String name : names(store().resolve(NEW))) {
            Files.delete(store().resolve(NEW).resolve(name));
        }
        assertTrue(store.newestGoodUpTo(150).isEmpty());
        assertEquals(List.of(200L), journal.newest);
    }

    @Test
    void knowsOfOnesThatAreNotWholeAnyMore() throws IOException {
        write(OLD, 1, 1);
        write(NEW, 1, 2);
        assertTrue(store.seemsWhole());
        tear(OLD);
        assertTrue(store.seemsWhole());
        tear(NEW);
        assertFalse(store.seemsWhole());
        assertEquals(200, store.newestKnown());
        store.removeAll();
        assertEquals(0, store.newestKnown());
        assertEquals(List.of(), names(store()));
    }

    @Test
    void namesStraysInOneLineAndLeavesThemAlone() throws IOException {
        write(OLD, 1, 1);
        store.terms().claim();
        for (String stray : List.of("term-999999999999", "step-1", "step-00000100x", "notes.txt")) {
            Files.createFile(store().resolve(stray));
        }
        Files.createFile(store().resolve(NEW));
        List<String> before = names(store());
        store.removeLeftovers();
        assertEquals(before, names(store()));
        assertEquals(1, log.list.size(), log.list.toString());
        String warning = log.list.get(0).getFormattedMessage();
        assertTrue(
                warning.contains("has [4] files that are no checkpoints and no terms, such as [notes.txt, step-"),
                warning);
        assertEquals(OLD, store.newestGood().orElseThrow().id());
    }

    private void tear(String id) throws IOException {
        Files.write(store().resolve(id).resolve(RangeFile.nameOf(0, SIZE)), new byte[1]);
    }

    private Path damaged() {
        write(OLD, 2, 1);
        write(NEW, 2, 2);
        return store().resolve(NEW).resolve(RangeFile.nameOf(SIZE / 2, SIZE));
    }

    private void assertFallsBackBecause(Path file, String reason) {
        assertEquals(OLD, store.newestGood().orElseThrow().id());
        assertEquals(1, log.list.size());
        String warning = log.list.get(0).getFormattedMessage();
        assertTrue(warning.contains(file.toString()) && warning.contains(reason), warning);
        assertEquals(1, warning.lines().count(), warning);
    }

    private void write(String id, int servers, float salt) {
        List<RangeFile> files = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            files.add(store.writeRange(id, range(SIZE * i / servers, SIZE * (i + 1) / servers, salt)));
        }
        Collections.reverse(files);
        JsonObject state = new JsonObject();
        state.addProperty("step", Integer.parseInt(id.substring("step-".length())));
        state.addProperty("rate", 1e-5);
        store.commit(id, files, state);
    }

    private static SavedRange range(int from, int to, float salt) {
        float[][] arrays = new float[3][to - from];
        for (int i = from; i < to; i++) {
            for (int array = 0; array < arrays.length; array++) {
                arrays[array][i - from] = salt + i / (1f + array);
            }
        }
        return new SavedRange(from, FloatVector.of(arrays[0]), FloatVector.of(arrays[1]), FloatVector.of(arrays[2]));
    }

    private Path store() {
        return folder.resolve("checkpoints");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(CheckpointStore.class);
    }
}
