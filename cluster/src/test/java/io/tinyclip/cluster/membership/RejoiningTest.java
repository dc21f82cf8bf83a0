package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Candidates on loopback, each of which was cut off. */
final class RejoiningTest {
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(120);
    /** Longer than Akka waits for others' answers. */
    private static final Duration FOUNDED_WITHIN = Duration.ofSeconds(8);

    private final CandidateSystems candidates = new CandidateSystems();

    @AfterEach
    void end() {
        candidates.close();
    }

    @Test
    void whereAllAreCutOffTheFirstOfTheSeedsFoundsAClusterOnceTheRunStandsStill() throws Exception {
        ClusterSystem first = candidates.start();
        ClusterSystem second = candidates.start();
        List<Address> seeds = List.of(first.address(), second.address());
        CompletableFuture<Void> other =
                CompletableFuture.runAsync(() -> await(second, seeds, RejoiningTest::still, LIMIT));
        await(first, seeds, RejoiningTest::still, LIMIT);
        other.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertTrue(first.joined().isDone());
        assertTrue(second.joined().isDone());
    }

    @Test
    void nothingIsFoundedWhileTheRunGoesOnOrTheDiskDoesNotTell() {
        AtomicInteger looks = new AtomicInteger();
        Supplier<Optional<FolderTrace>> run = () -> {
            int look = looks.incrementAndGet();
            return look % 3 == 0 ? Optional.of(new FolderTrace(List.of("step " + look))) : Optional.empty();
        };
        ClusterSystem first = candidates.start();
        List<Address> seeds = List.of(first.address(), new Address("127.0.0.1", 9));
        assertThrows(TimeoutException.class, () -> new Rejoining(first, seeds, run)
                .await(Duration.ofMillis(100), FOUNDED_WITHIN));
        assertFalse(first.joined().isDone());
    }

    @Test
    void aTraceChangesWithEveryStepTermAndCheckpointAndWithNothingElse(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("checkpoints"));
        FolderTrace trace = trace(folder);
        Files.writeString(folder.resolve("log.txt"), "a candidate stands by\n");
        assertEquals(trace, trace(folder));
        for (String file : List.of("metrics.jsonl", "checkpoints/term-2", "checkpoints/step-10")) {
            FolderTrace before = trace(folder);
            Files.writeString(folder.resolve(file), "{}\n");
            assertNotEquals(before, trace(folder), file);
        }
    }

    private static FolderTrace trace(Path folder) {
        FreeSettings.Files run = SettingsFile.defaults(Map.of("tinyclip.run.folder", folder.toString()))
                .free()
                .files();
        return FolderTrace.of(run, LIMIT).orElseThrow();
    }

    private static Optional<FolderTrace> still() {
        return Optional.of(new FolderTrace(List.of()));
    }

    private static void await(
            ClusterSystem system, List<Address> seeds, Supplier<Optional<FolderTrace>> run, Duration limit) {
        try {
            new Rejoining(system, seeds, run).await(QUIET, limit);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
