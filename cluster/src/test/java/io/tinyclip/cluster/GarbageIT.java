package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.actors.tls.Authority;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.guard.Garbage;
import io.tinyclip.cluster.keys.TestKeyFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded garbage comes to every port of a run's processes, slow connections among it, before the machine that computes joins and while it
 * does. {@code -Dtinyclip.test.garbage=100000} makes it more.
 */
final class GarbageIT {
    /** Of a run; shared out among its ports, half before a machine joins. */
    private static final int CONNECTIONS = Garbage.CONNECTIONS;

    @TempDir
    private static Path folder;

    private static JsonObject embedded = new JsonObject();

    private static final String LOOPBACK = "127.0.0.1";

    private final List<InetSocketAddress> ports = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();

    @BeforeAll
    static void runEmbedded() throws Exception {
        embedded = UndisturbedRun.get().record();
    }

    @Test
    void aPlainRunGivesItsDigest() throws Exception {
        run(named("plain"), List.of(), List.of());
    }

    @Test
    void aRunOverTlsGivesItsDigest() throws Exception {
        Path keys = folder.resolve("keys");
        Authority.Validity day = new Authority.Validity(Instant.now(), Duration.ofDays(1));
        Path lead = TestKeyFolder.make(keys, day, "coordinator", Role.COORDINATOR);
        Path both = TestKeyFolder.add(keys, day, "worker-server", Role.WORKER, Role.SERVER);
        run(named("tls"), certificate(lead), certificate(both));
    }

    private void run(TrainingRun run, List<String> leads, List<String> lends) throws Exception {
        try (LocalCluster cluster = new LocalCluster(run, 1)) {
            InetSocketAddress actors = port(Integer.parseInt(cluster.seeds().split(":")[1]));
            ports.add(actors);
            Process leader = cluster.coordinator(0, 1, 1, withPlane(leads));
            PackagedJar.awaitListening(actors);
            garbage(1, CONNECTIONS / 2).join();
            assertTrue(leader.isAlive(), cluster::output);
            Process node = cluster.node("node", "worker,server", withPlane(lends));
            cluster.awaitStep(1);
            int before = sent.get();
            CompletableFuture<Void> more = garbage(7, CONNECTIONS / 2);
            cluster.ends("coordinator-0", ExitCode.DONE, leader);
            cluster.ends("node", ExitCode.DONE, node);
            assertTrue(sent.get() > before, "none while it ran");
            more.join();
        }
        run.requireResult(embedded, TinyRecipe.STAGES, TinyRecipe.STEPS);
    }

    /** To all ports that are known, from a thread for each. */
    private CompletableFuture<Void> garbage(long seed, int connections) {
        List<InetSocketAddress> all = List.copyOf(ports);
        return CompletableFuture.allOf(all.stream()
                .map(port ->
                        CompletableFuture.runAsync(() -> send(seed + port.getPort(), port, connections / all.size())))
                .toArray(CompletableFuture[]::new));
    }

    private void send(long seed, InetSocketAddress port, int connections) {
        try (Garbage garbage = new Garbage(seed)) {
            for (int i = 0; i < connections; i++) {
                garbage.send(port, 1);
                sent.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String[] withPlane(List<String> options) {
        ports.add(port(FreePorts.at(LOOPBACK)));
        List<String> all = new ArrayList<>(options);
        all.add("-Dtinyclip.plane.port=" + ports.get(ports.size() - 1).getPort());
        return all.toArray(String[]::new);
    }

    private static InetSocketAddress port(int number) {
        return new InetSocketAddress(LOOPBACK, number);
    }

    private static List<String> certificate(Path file) {
        return List.of("-Dtinyclip.cluster.tls.certificate=" + file);
    }

    private static TrainingRun named(String name) throws Exception {
        return TinyRecipe.run(folder, name);
    }
}
