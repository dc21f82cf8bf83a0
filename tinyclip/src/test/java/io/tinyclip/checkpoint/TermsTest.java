package io.tinyclip.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TermsTest {
    @TempDir
    Path folder;

    @Test
    void countsUpAndKeepsAFewFiles() throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        Terms terms = new CheckpointStore(checkpoints).terms();
        assertEquals(0, terms.newest());
        for (long term = 1; term <= 12; term++) {
            assertEquals(term, terms.claim());
            assertEquals(term, new Terms(checkpoints).newest());
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
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> new Terms(folder).claim()))
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
        String message = assertThrows(UncheckedIOException.class, () -> new Terms(file).claim())
                .getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.contains("make the folder writable"), message);
    }
}
