package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.AbandonedException;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.FetchException;
import io.tinyclip.actors.plane.GoneException;
import io.tinyclip.actors.plane.Handle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Networks that break and peers that die. */
class PlaneFaultsTest {
    private static final int FLOATS = 3 << 20;

    private final Planes planes = new Planes(2, Duration.ofSeconds(10));
    private final float[] values = Planes.numbers(FLOATS);
    private final Handle handle = planes.publisher.publish("weights", values);

    @AfterEach
    void close() {
        planes.close();
    }

    @Test
    void fetchesAgainFromTheLastGoodChunkWhatWasTorn() throws Exception {
        int tornAfter = 2_500_000;
        TamperingProxy.Tamper tear = (connection, before, bytes, length) ->
                connection < 4 && before + length > tornAfter ? (int) (tornAfter - before) : length;
        try (TamperingProxy proxy = new TamperingProxy(planes.publisher, tear)) {
            Handle torn = proxy.by(handle);
            assertArrayEquals(values, Planes.await(planes.fetcher.fetch(torn)));
            // Four were torn; what is left takes one more, or two where both parts ask at once.
            int connections = proxy.connections();
            assertTrue(connections == 5 || connections == 6, connections + " connections");
            long resent = planes.publisher.links().get(0).sentBytes() - handle.length() * 4L;
            assertTrue(resent > 0, resent + " bytes sent twice");
            assertEquals(handle.length() * 4L, planes.fetcher.links().get(0).receivedBytes(), "good chunks only");
        }
    }

    @Test
    void fetchesAgainWhatWasDamaged() throws Exception {
        TamperingProxy.Tamper flip = (connection, before, bytes, length) -> {
            if (connection < 2 && before <= 1_500_000 && 1_500_000 < before + length) {
                bytes[(int) (1_500_000 - before)] ^= 1;
            }
            return length;
        };
        try (TamperingProxy proxy = new TamperingProxy(planes.publisher, flip)) {
            assertArrayEquals(values, Planes.await(planes.fetcher.fetch(proxy.by(handle))));
            int connections = proxy.connections();
            assertTrue(connections == 3 || connections == 4, connections + " connections");
        }
    }

    @Test
    void givesUpWhereEveryByteIsDamaged() throws Exception {
        TamperingProxy.Tamper flip = (connection, before, bytes, length) -> {
            for (int i = 0; i < length; i++) {
                bytes[i] ^= 1;
            }
            return length;
        };
        try (TamperingProxy proxy = new TamperingProxy(planes.publisher, flip)) {
            Throwable failure = Planes.failure(planes.fetcher.fetch(proxy.by(handle), 0, 10));
            assertTrue(failure.getMessage().endsWith("an answer's checksum is wrong, 5 times"), failure.getMessage());
        }
    }

    @Test
    void givesUpOnAPeerThatIsSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Planes impatient = new Planes(1, Duration.ofMillis(200))) {
            Handle nobodys = new Handle(Planes.LOOPBACK + ":" + silent.getLocalPort(), "weights", 1);
            Throwable failure = Planes.failure(impatient.fetcher.fetch(nobodys));
            assertInstanceOf(FetchException.class, failure);
            assertTrue(failure.getMessage().contains("nothing moved for 0.2 s"), failure.getMessage());
        }
    }

    @Test
    void givesUpOnAPeerThatDiesInMidTransfer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch dead = new CountDownLatch(1);
        TamperingProxy.Tamper stall = (connection, before, bytes, length) -> {
            if (before > 1_000_000) {
                begun.countDown();
                Planes.await(dead);
                return 0;
            }
            return length;
        };
        try (TamperingProxy proxy = new TamperingProxy(planes.publisher, stall)) {
            CompletionStage<float[]> fetch = planes.fetcher.fetch(proxy.by(handle));
            Planes.await(begun);
            proxy.close(); // first, or the publisher may still say that what it closes is gone
            planes.publisher.close();
            dead.countDown();
            Throwable failure = Planes.failure(fetch);
            assertInstanceOf(FetchException.class, failure);
            assertTrue(failure.getMessage().contains("cannot connect"), failure.getMessage());
        }
    }

    /** Whoever releases an array writes to it; what is on its way then must not arrive as if it were good. */
    @Test
    void failsAsGoneWhatIsReleasedInMidTransfer() throws Exception {
        float[] large = Planes.numbers(8 * FLOATS);
        Handle released = planes.publisher.publish("large", large);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch overwritten = new CountDownLatch(1);
        TamperingProxy.Tamper hold = (connection, before, bytes, length) -> {
            if (before > 1_000_000) {
                begun.countDown();
                Planes.await(overwritten);
            }
            return length;
        };
        try (TamperingProxy proxy = new TamperingProxy(planes.publisher, hold)) {
            CompletionStage<float[]> fetch = planes.fetcher.fetch(proxy.by(released));
            Planes.await(begun);
            planes.publisher.release(released);
            Arrays.fill(large, -1);
            overwritten.countDown();
            assertInstanceOf(GoneException.class, Planes.failure(fetch));
        }
        assertArrayEquals(values, Planes.await(planes.fetcher.fetch(handle)));
    }

    /** The link stands still, so that nothing but the end of the errand can end the fetch. */
    @Test
    void endsAtOnceWhatIsNotWantedAnyMoreAndFetchesTheRestByAnotherConnection() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        TamperingProxy.Tamper hold = (connection, before, bytes, length) -> {
            if (connection == 0 && before > 1_000_000) {
                begun.countDown();
                Planes.await(over);
            }
            return length;
        };
        try (Planes one = new Planes(1, Duration.ofSeconds(30));
                TamperingProxy proxy = new TamperingProxy(one.publisher, hold)) {
            Handle held = proxy.by(one.publisher.publish("weights", values));
            Errand errand = one.fetcher.errand();
            CompletionStage<float[]> unwanted = errand.fetch(held);
            Planes.await(begun);
            CompletionStage<float[]> behindIt = one.fetcher.fetch(held, 0, 10);
            while (errand.received() == 0) {
                assertFalse(unwanted.toCompletableFuture().isDone(), "what comes through is counted");
                Thread.onSpinWait();
            }
            assertTrue(errand.received() < FLOATS, errand.received() + " floats");
            errand.close();
            assertInstanceOf(AbandonedException.class, Planes.failure(unwanted));
            assertArrayEquals(Arrays.copyOf(values, 10), Planes.await(behindIt));
            assertEquals(2, proxy.connections());
            assertInstanceOf(AbandonedException.class, Planes.failure(errand.fetch(held)));
        } finally {
            over.countDown();
        }
    }

    @Test
    void endsAtOnceWhatWaitsForAPeerThatCannotBeReached() throws Exception {
        ServerSocket nobody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Handle nobodys = new Handle(Planes.LOOPBACK + ":" + nobody.getLocalPort(), "weights", 1);
        nobody.close();
        Errand errand = planes.fetcher.errand();
        CompletionStage<float[]> fetch = errand.fetch(nobodys);
        errand.close();
        assertInstanceOf(AbandonedException.class, Planes.failure(fetch));
    }

    @Test
    void failsAsGoneWhatIsReplacedInMidTransfer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        TamperingProxy.Tamper cut = (connection, before, bytes, length) -> {
            if (connection < 2 && before > 2_000_000) {
                begun.countDown();
                Planes.await(replaced);
                return 0;
            }
            return length;
        };
        try (TamperingProxy proxy = new TamperingProxy(planes.publisher, cut)) {
            CompletionStage<float[]> fetch = planes.fetcher.fetch(proxy.by(handle));
            Planes.await(begun);
            planes.publisher.publish("weights", new float[FLOATS]);
            replaced.countDown();
            assertInstanceOf(GoneException.class, Planes.failure(fetch));
        }
    }

    @Test
    void endsFetchesWhenItIsClosed() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Handle nobodys = new Handle(Planes.LOOPBACK + ":" + silent.getLocalPort(), "weights", 1);
            CompletionStage<float[]> fetch = planes.fetcher.fetch(nobodys);
            planes.fetcher.close();
            assertTrue(Planes.failure(fetch).getMessage().endsWith("the data plane is closed"));
            assertTrue(
                    Planes.failure(planes.fetcher.fetch(nobodys)).getMessage().endsWith("the data plane is closed"));
        }
    }
}
