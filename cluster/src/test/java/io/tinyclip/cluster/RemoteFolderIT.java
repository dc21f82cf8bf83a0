package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.remote.RemoteRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators with nothing in common but a store: the one that leads is killed, and another goes on. */
final class RemoteFolderIT {
    private static final String RUN = "runs/led";
    private static final int STEPS = 125;
    private static final int KILLED_AFTER = 40;
    private static final long POLL_MILLIS = 100;

    @TempDir
    private Path folder;

    @Test
    void anotherCoordinatorGoesOnFromTheStore() throws Exception {
        JsonObject embedded = run("embedded").finishes(2, 2).record();
        try (RemoteRuns store = RemoteRuns.open();
                LocalCluster cluster = new LocalCluster(run("led"), store.address(RUN), 3)) {
            Process first = coordinator(cluster, store, 0);
            Process server = cluster.node("server", "server");
            Process worker = cluster.node("worker", "worker");
            awaitStep(store, 1, first, cluster);
            Process second = coordinator(cluster, store, 1);
            Process third = coordinator(cluster, store, 2);
            awaitStep(store, KILLED_AFTER, first, cluster);
            first.destroyForcibly();
            cluster.ends("coordinator-1", ExitCode.DONE, second);
            cluster.ends("coordinator-2", ExitCode.DONE, third);
            cluster.ends("server", ExitCode.DONE, server);
            cluster.ends("worker", ExitCode.DONE, worker);
            JsonObject record =
                    JsonParser.parseString(store.text(RUN + "/run.json")).getAsJsonObject();
            assertTrue(record.get("finished").getAsBoolean());
            assertEquals(embedded.get("digest"), record.get("digest"));
            assertTrue(record.get("term").getAsLong() >= 2, record.toString());
            assertEquals(STEPS, store.text(RUN + "/metrics.jsonl").lines().count());
            assertTrue(store.keys(RUN).contains(RUN + "/model/config.json"));
        }
    }

    private Process coordinator(LocalCluster cluster, RemoteRuns store, int number) throws IOException {
        return cluster.coordinator(
                number,
                1,
                1,
                "-Dtinyclip.cache.folder=" + folder.resolve("machine-" + number),
                "-Dtinyclip.storage.s3.endpoint=" + store.endpoint(),
                "-Dtinyclip.storage.s3.credentials=anonymous");
    }

    private static void awaitStep(RemoteRuns store, int step, Process leader, LocalCluster cluster) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PackagedJar.LIMIT_SECONDS);
        while (steps(store) < step) {
            assertFalse(leader.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS), () -> "ended early:\n" + cluster.output());
            assertTrue(System.nanoTime() < deadline, () -> "step " + step + " does not come:\n" + cluster.output());
        }
    }

    /** As the store knows them: by metrics.jsonl, and what it has grown by. */
    private static long steps(RemoteRuns store) throws IOException {
        long grown = store.text(RUN + "/metrics.jsonl.tail").lines().count();
        return store.text(RUN + "/metrics.jsonl").lines().count() + Math.max(0, grown - 1);
    }

    private TrainingRun run(String name) throws Exception {
        return new TrainingRun(TinyRecipe.repeated(folder), folder.resolve(name), List.of());
    }
}
