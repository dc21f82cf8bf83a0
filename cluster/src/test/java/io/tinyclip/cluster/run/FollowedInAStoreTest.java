package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.FollowedException;
import io.tinyclip.checkpoint.RangeFile;
import io.tinyclip.checkpoint.SavedRange;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.remote.RemoteRuns;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.FloatVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators on machines that share a store alone: the newest term leads, and nobody else writes. */
final class FollowedInAStoreTest {
    private static final String RUN = "runs/a";
    private static final int SIZE = 100;

    @TempDir
    private Path folder;

    private RemoteRuns store;

    @BeforeEach
    void serve() throws Exception {
        store = RemoteRuns.installed(folder);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void whoWasFollowedWritesNothingThatCounts() throws IOException {
        try (RunFolder hangs = open("one");
                RunFolder follows = open("other")) {
            hangs.lead();
            List<RangeFile> ranges = range(hangs, 10);
            Files.writeString(hangs.metrics(), "{}\n");
            follows.lead();
            assertThrows(FollowedException.class, () -> hangs.store()
                    .commit(CheckpointStore.id(10), ranges, new JsonObject()));
            assertThrows(FollowedException.class, hangs::requireLead);
            assertThrows(FollowedException.class, hangs::publish);
            assertThrows(FollowedException.class, () -> hangs.write(settings("one")));
            assertTrue(follows.store().newestGood().isEmpty());
            assertTrue(store.keys(RUN).stream().noneMatch(key -> key.endsWith("manifest.json")));
            assertTrue(store.keys(RUN).stream().noneMatch(key -> key.endsWith("metrics.jsonl")));
            follows.store().commit(CheckpointStore.id(20), range(follows, 20), new JsonObject());
            assertEquals(
                    CheckpointStore.id(20),
                    hangs.store().newestGood().orElseThrow().id());
        }
    }

    @Test
    void aTermBelongsToOne() throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (RunFolder first = open("one");
                RunFolder second = open("other")) {
            List<CompletableFuture<Long>> claims = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                claims.add(CompletableFuture.supplyAsync(
                        () -> first.store().terms().claim(), threads));
                claims.add(CompletableFuture.supplyAsync(
                        () -> second.store().terms().claim(), threads));
            }
            List<Long> terms =
                    claims.stream().map(CompletableFuture::join).sorted().toList();
            assertEquals(6, new HashSet<>(terms).size(), terms.toString());
            assertEquals(terms.get(5), second.store().terms().newest());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoFollowsHasTheStepsSinceTheLastCheckpoint() throws IOException {
        try (RunFolder leads = open("one");
                RunFolder follows = open("other")) {
            leads.lead();
            Files.writeString(leads.metrics(), "1\n");
            leads.steps().begun(1);
            Files.writeString(leads.metrics(), "1\n2\n");
            leads.steps().committed(2);
            leads.steps().close();
            follows.lead();
            assertEquals("1\n2\n", Files.readString(follows.metrics()));
        }
    }

    private static List<RangeFile> range(RunFolder by, int steps) {
        FloatVector vector = FloatVector.allocate(SIZE);
        return List.of(by.store().writeRange(CheckpointStore.id(steps), new SavedRange(0, vector, vector, vector)));
    }

    @Test
    void whoFollowsHasWhatBecameOfTheTokenTable() throws IOException {
        try (RunFolder leads = open("one");
                RunFolder follows = open("other")) {
            leads.lead();
            Files.writeString(leads.tableMap(0), "first");
            Files.writeString(leads.tableMap(12), "later");
            leads.publish();
            follows.lead();
            assertEquals("first", Files.readString(follows.tableMap(0)));
            assertEquals("later", Files.readString(follows.tableMap(12)));
        }
    }

    private RunFolder open(String machine) {
        return RunFolder.open(settings(machine), "run", Duration.ZERO);
    }

    private Settings settings(String machine) {
        return SettingsFile.defaults(Map.of(
                "tinyclip.run.folder",
                store.address(RUN),
                "tinyclip.cache.folder",
                folder.resolve(machine).toString()));
    }
}
