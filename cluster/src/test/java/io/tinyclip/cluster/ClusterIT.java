package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.actors.tls.Authority;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.keys.TestKeyFolder;
import io.tinyclip.cluster.remote.RemoteRuns;
import io.tinyclip.random.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promises 2 and 3 over processes of their own: {@code run conf/tiny.conf}, with less to compute, on machines that join, leave and are killed. The
 * oracle is the digest of an embedded run.
 */
final class ClusterIT {
    private static final long SEED = 5;
    private static final String RUN = "runs/led";
    private static final long POLL_MILLIS = 100;

    @TempDir
    private static Path folder;

    private static JsonObject embedded = new JsonObject();

    @BeforeAll
    static void runEmbedded() throws Exception {
        embedded = UndisturbedRun.get().record();
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

    /** Each process has a certificate for its own role and no other. */
    @Test
    void threeProcessesOverTlsGiveTheDigestOfThePlainRun() throws Exception {
        Path keys = folder.resolve("keys");
        Authority.Validity day = new Authority.Validity(Instant.now(), Duration.ofDays(1));
        Path lead = TestKeyFolder.make(keys, day, "coordinator", Role.COORDINATOR);
        Path both = TestKeyFolder.add(keys, day, "worker-server", Role.WORKER, Role.SERVER);
        Path computes = TestKeyFolder.add(keys, day, "worker", Role.WORKER);
        TrainingRun run = named("tls");
        try (LocalCluster cluster = new LocalCluster(run, 1)) {
            Process leader = cluster.coordinator(0, 2, 1, certificate(lead));
            Process server = cluster.node("worker-server", "worker,server", certificate(both));
            Process worker = cluster.node("worker", "worker", certificate(computes));
            cluster.ends("coordinator-0", ExitCode.DONE, leader);
            cluster.ends("worker-server", ExitCode.DONE, server);
            cluster.ends("worker", ExitCode.DONE, worker);
        }
        assertSameResult(run);
    }

    private static String certificate(Path file) {
        return "-Dtinyclip.cluster.tls.certificate=" + file;
    }

    @Test
    void anotherCoordinatorTakesOverFromOneThatIsKilled() throws Exception {
        TrainingRun run = named("takeover");
        try (LocalCluster cluster = new LocalCluster(run, 3)) {
            Process first = cluster.coordinator(0, 1, 1);
            cluster.awaitLeader(0);
            Process second = cluster.coordinator(1, 1, 1);
            Process third = cluster.coordinator(2, 1, 1);
            cluster.awaitCandidates(1, 2);
            List<Process> servers = cluster.nodes("server", 2);
            List<Process> workers = cluster.nodes("worker", 1);
            cluster.awaitStep(seeded(4, 30, 60));
            first.destroyForcibly();
            cluster.ends("coordinator-1", ExitCode.DONE, second);
            cluster.ends("coordinator-2", ExitCode.DONE, third);
            cluster.ends("server-0", ExitCode.DONE, servers.get(0));
            cluster.ends("worker-0", ExitCode.DONE, workers.get(0));
        }
        assertSameResult(run);
    }

    /** One command has a process for each device; whichever of them dies is started again. */
    @Test
    void aMachineOfTwoDevicesGivesTheDigestWhicheverOfItsProcessesDies() throws Exception {
        TrainingRun run = named("devices");
        Process box = run.start(1, 2, "-Dtinyclip.device=cpu,cpu");
        try {
            run.awaitStep(box, seeded(6, 10, 30));
            kill(box, "node");
            run.awaitStep(box, seeded(7, 50, 80));
            kill(box, "run");
            run.ends(ExitCode.DONE, box);
            assertTrue(run.output().contains("leader has ended with code 137 and is started again"), run.output());
        } finally {
            box.destroyForcibly();
        }
        assertSameResult(run);
    }

    private static void kill(Process box, String command) {
        ProcessHandle child = box.children()
                .filter(it ->
                        List.of(it.info().arguments().orElse(new String[0])).contains(command))
                .findFirst()
                .orElseThrow();
        assertTrue(child.destroyForcibly());
    }

    /** Coordinators that have nothing in common but a store, from which the next one goes on. */
    @Test
    void anotherCoordinatorGoesOnFromAStore() throws Exception {
        try (RemoteRuns store = RemoteRuns.open();
                LocalCluster cluster = new LocalCluster(named("store"), store.address(RUN), 3)) {
            Process first = coordinator(cluster, store, 0);
            cluster.awaitLeader(0);
            Process second = coordinator(cluster, store, 1);
            Process third = coordinator(cluster, store, 2);
            cluster.awaitCandidates(1, 2);
            Process node = cluster.node("node", "worker,server");
            awaitStep(store, seeded(5, 30, 60), first, cluster);
            first.destroyForcibly();
            cluster.ends("coordinator-1", ExitCode.DONE, second);
            cluster.ends("coordinator-2", ExitCode.DONE, third);
            cluster.ends("node", ExitCode.DONE, node);
            JsonObject record =
                    JsonParser.parseString(store.text(RUN + "/run.json")).getAsJsonObject();
            assertTrue(record.get("finished").getAsBoolean());
            assertEquals(embedded.get("digest"), record.get("digest"));
            assertTrue(record.get("term").getAsLong() >= 2, record.toString());
            assertEquals(
                    TinyRecipe.STEPS, store.text(RUN + "/metrics.jsonl").lines().count());
            assertTrue(store.keys(RUN).contains(RUN + "/model/config.json"));
        }
    }

    private static Process coordinator(LocalCluster cluster, RemoteRuns store, int number) throws IOException {
        return cluster.coordinator(
                number,
                1,
                1,
                "-Dtinyclip.cache.folder=" + folder.resolve("machine-" + number),
                "-Dtinyclip.storage.s3.endpoint=" + store.endpoint(),
                "-Dtinyclip.storage.s3.credentials=anonymous");
    }

    /** Waits for steps as the store knows them: by metrics.jsonl, and what that has grown by. */
    private static void awaitStep(RemoteRuns store, int step, Process leader, LocalCluster cluster) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PackagedJar.LIMIT_SECONDS);
        while (store.text(RUN + "/metrics.jsonl").lines().count()
                        + store.text(RUN + "/metrics.jsonl.tail")
                                .lines()
                                .skip(1)
                                .count()
                < step) {
            assertFalse(leader.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS), () -> "ended early:\n" + cluster.output());
            assertTrue(System.nanoTime() < deadline, () -> "step " + step + " does not come:\n" + cluster.output());
        }
    }

    /** @param from a step of {@code conf/tiny.conf} */
    private static int seeded(int draw, int from, int to) {
        return TinyRecipe.step(from) + Counter.below(SEED, draw, TinyRecipe.step(to) - TinyRecipe.step(from));
    }

    private static TrainingRun named(String name) throws Exception {
        return TinyRecipe.run(folder, name);
    }

    private static void assertSameResult(TrainingRun run) throws Exception {
        run.requireResult(embedded, TinyRecipe.STAGES, TinyRecipe.STEPS);
    }
}
