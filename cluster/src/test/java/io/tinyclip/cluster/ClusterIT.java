package io.tinyclip.cluster;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.random.Counter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promises 2 and 3 over processes of their own: {@code run conf/tiny.conf}, with less to compute, on machines that join, leave and are killed. The
 * oracle is the digest of an embedded run.
 */
final class ClusterIT {
    private static final int STEPS = 125;
    private static final long SEED = 5;

    @TempDir
    private static Path folder;

    private static JsonObject embedded = new JsonObject();

    @BeforeAll
    static void runEmbedded() throws Exception {
        embedded = named("embedded").finishes(2, 2).record();
    }

    /** A machine of each role is killed, and one of each joins and leaves, at seeded steps. */
    @Test
    void machinesThatComeAndGoDoNotChangeTheDigest() throws Exception {
        TrainingRun run = named("elastic");
        try (LocalCluster cluster = new LocalCluster(run, 1)) {
            Process leader = cluster.coordinator(0, 2, 1);
            List<Process> servers = cluster.nodes("server", 2);
            List<Process> workers = cluster.nodes("worker", 3);
            cluster.awaitStep(seeded(0, 5, 20));
            Process late = cluster.node("late", "worker,server");
            workers.get(0).destroyForcibly();
            cluster.awaitStep(seeded(1, 35, 50));
            workers.get(1).destroy();
            cluster.ends("worker-1", TrainingRun.TERMINATED, workers.get(1));
            cluster.awaitStep(seeded(2, 60, 75));
            servers.get(0).destroyForcibly();
            cluster.awaitStep(seeded(3, 85, 100));
            servers.get(1).destroy();
            cluster.ends("server-1", TrainingRun.TERMINATED, servers.get(1));
            cluster.ends("coordinator-0", ExitCode.DONE, leader);
            cluster.ends("late", ExitCode.DONE, late);
            cluster.ends("worker-2", ExitCode.DONE, workers.get(2));
        }
        assertSameResult(run);
    }

    @Test
    void anotherCoordinatorTakesOverFromOneThatIsKilled() throws Exception {
        TrainingRun run = named("takeover");
        try (LocalCluster cluster = new LocalCluster(run, 3)) {
            Process first = cluster.coordinator(0, 1, 1);
            List<Process> servers = cluster.nodes("server", 2);
            List<Process> workers = cluster.nodes("worker", 1);
            cluster.awaitStep(1);
            Process second = cluster.coordinator(1, 1, 1);
            Process third = cluster.coordinator(2, 1, 1);
            cluster.awaitStep(seeded(4, 30, 60));
            first.destroyForcibly();
            cluster.ends("coordinator-1", ExitCode.DONE, second);
            cluster.ends("coordinator-2", ExitCode.DONE, third);
            cluster.ends("server-0", ExitCode.DONE, servers.get(0));
            cluster.ends("worker-0", ExitCode.DONE, workers.get(0));
        }
        assertSameResult(run);
    }

    private static int seeded(int draw, int from, int to) {
        return from + Counter.below(SEED, draw, to - from);
    }

    private static TrainingRun named(String name) throws Exception {
        return new TrainingRun(TinyRecipe.repeated(folder), folder.resolve(name), List.of());
    }

    private static void assertSameResult(TrainingRun run) throws Exception {
        run.requireResult(embedded, 3, STEPS);
    }
}
