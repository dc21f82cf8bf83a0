package io.tinyclip.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TermsTest {
    /** Of what once took for ever. */
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void countsUpAndKeepsAFewFiles() throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        Terms terms = terms(checkpoints);
        assertEquals(0, terms.newest());
        for (long term = 1; term <= 12; term++) {
            assertEquals(term, terms.claim());
            assertEquals(term, terms(checkpoints).newest());
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            assertEquals(
                    List.of("term-10", "term-11", "term-12"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void givesNoTermToTwo() {
        List<CompletableFuture<Long>> claims = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> terms(folder).claim()))
                .toList();
        List<Long> terms = new ArrayList<>();
        claims.forEach(claim -> terms.add(claim.join()));
        assertEquals(40, new HashSet<>(terms).size());
    }

    @Test
    void whoWasFollowedIsToldSo() {
        CheckpointStore hangs = new CheckpointStore(folder).led();
        Term own = hangs.term().orElseThrow();
        own.require();
        CheckpointStore follows = new CheckpointStore(folder).led();
        String message = assertThrows(FollowedException.class, own::require).getMessage();
        assertTrue(message.contains("in term [1]") && message.contains("newest is [2]"), message);
        follows.term().orElseThrow().require();
    }

    @Test
    void saysWhatToDoWhereTheFolderCannotBeWritten() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        String message = assertThrows(
                        UncheckedIOException.class, () -> terms(file).claim())
                .getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.contains("make the folder writable"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"term-999999999999", "term-1000000000", "term-0", "term-07", "term-x", "term-"})
    void whatIsNoTermKeepsNobodyFromLeading(String stray) throws Exception {
        Files.createFile(folder.resolve(stray));
        assertEquals(1, assertTimeoutPreemptively(BOUND, () -> terms(folder).claim()));
        assertEquals(2, assertTimeoutPreemptively(BOUND, () -> terms(folder).claim()));
        assertTrue(Files.exists(folder.resolve(stray)));
    }

    @Test
    void nobodyLeadsAfterTheLastTerm() throws Exception {
        Path last = Files.createFile(folder.resolve("term-" + Terms.MOST));
        String message = assertTimeoutPreemptively(
                        BOUND,
                        () -> assertThrows(
                                InvalidInputException.class, () -> terms(folder).claim()))
                .getMessage();
        assertTrue(message.startsWith("[" + last + "] is the last term"), message);
        assertTrue(message.contains("remove the file"), message);
    }

    @Test
    void aFolderInPlaceOfAnOldTermIsInNobodysWay() throws Exception {
        Files.createDirectories(folder.resolve("term-3").resolve("inside"));
        for (long term = 4; term <= 8; term++) {
            assertEquals(term, terms(folder).claim());
        }
    }

    @Test
    void goesOnAboveTheTermThatIsRememberedElsewhere() {
        Remembered journal = new Remembered();
        journal.term = 41;
        Terms terms = new CheckpointStore(folder, journal).terms();
        assertEquals(41, terms.newest());
        assertEquals(42, terms.claim());
        assertEquals(42, journal.term);
        assertEquals(43, terms.claim());
    }

    private static Terms terms(Path folder) {
        return new CheckpointStore(folder).terms();
    }
}
