package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.guard.Garbage;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member whose plain port strangers send to is still reached, and burns no core. */
final class HostilePortTest {
    private static final long SECONDS = 120;
    private static final long LOOK_MILLIS = 2000;

    private final CandidateSystems systems = new CandidateSystems();

    @AfterEach
    void end() {
        systems.close();
    }

    @Test
    void nineBytesOnEachStreamHarmNobody() throws Exception {
        byte[] nine = HexFormat.of().parseHex("414b4b410373a9bef4");
        ClusterSystem member = founded();
        for (int i = 0; i < 2; i++) {
            for (byte stream = 1; stream <= 3; stream++) {
                nine[4] = stream;
                try (Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), member.address().port())) {
                    socket.getOutputStream().write(nine);
                    socket.getInputStream().readAllBytes();
                }
            }
        }
        assertReachedAndIdle(member);
    }

    @Test
    void seededGarbageHarmsNobody() throws Exception {
        ClusterSystem member = founded();
        try (Garbage garbage = new Garbage(7)) {
            garbage.send(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), member.address().port()),
                    Garbage.CONNECTIONS);
            assertReachedAndIdle(member);
        }
    }

    private ClusterSystem founded() throws Exception {
        ClusterSystem member = systems.start();
        member.join(List.of());
        member.joined().get(SECONDS, TimeUnit.SECONDS);
        return member;
    }

    private void assertReachedAndIdle(ClusterSystem member) throws Exception {
        Address address = member.address();
        ClusterSystem other = systems.start();
        other.join(List.of(address));
        other.joined().get(SECONDS, TimeUnit.SECONDS);
        assertEquals(address, member.address());
        long before = processorMillis();
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS))
                .get(SECONDS, TimeUnit.SECONDS);
        long burnt = processorMillis() - before;
        assertTrue(burnt < LOOK_MILLIS / 2, "actors' threads took " + burnt + " ms of " + LOOK_MILLIS);
    }

    /** Of all actor systems' threads. */
    private static long processorMillis() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] own = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(it -> it != null && it.getThreadName().startsWith(ClusterSystem.NAME + "-akka"))
                .mapToLong(it -> it.getThreadId())
                .toArray();
        return TimeUnit.NANOSECONDS.toMillis(
                Arrays.stream(own).map(threads::getThreadCpuTime).sum());
    }
}
