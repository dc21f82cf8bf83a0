package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.GoneException;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.model.InvalidInputException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NettyDataPlaneTest {
    /** Some chunks and a rest. */
    private static final int FLOATS = 5 * PlaneSettings.LEAST_CHUNK / Float.BYTES + 12345;

    private final Planes planes = new Planes(3, Duration.ofSeconds(10));
    private final float[] values = Planes.numbers(FLOATS);
    private final Handle handle = planes.publisher.publish("weights", values);

    @AfterEach
    void close() {
        planes.close();
    }

    @Test
    void fetchesTheWhole() throws Exception {
        assertArrayEquals(values, Planes.await(planes.fetcher.fetch(handle)));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "7, 8", "1, 262145", "262143, 262145", "100000, 1300000", "1323064, 1323065", "5, 5"})
    void fetchesARange(int from, int to) throws Exception {
        assertArrayEquals(Arrays.copyOfRange(values, from, to), Planes.await(planes.fetcher.fetch(handle, from, to)));
    }

    @Test
    void fetchesIntoTheCallersArrayAndNowhereElse() throws Exception {
        float[] target = new float[FLOATS];
        Planes.await(planes.fetcher.fetchInto(handle, 1000, 1_000_000, FloatBuffer.wrap(target), 10));
        assertArrayEquals(
                Arrays.copyOfRange(values, 1000, 1_000_000), Arrays.copyOfRange(target, 10, 10 + 1_000_000 - 1000));
        assertEquals(0, target[9]);
        assertEquals(0, target[10 + 1_000_000 - 1000]);
    }

    @Test
    void fetchesManyAtATimeEachItsOwn() throws Exception {
        List<CompletionStage<float[]>> fetches = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            fetches.add(planes.fetcher.fetch(handle, i, i * 7));
        }
        for (int i = 0; i < fetches.size(); i++) {
            assertArrayEquals(Arrays.copyOfRange(values, i, i * 7), Planes.await(fetches.get(i)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void handsOutThePublishersBitsInEveryEncoding(Encoding encoding) throws Exception {
        float[] exact = {0, -0.0f, 1, -2.5f, 0.15625f, 1024, Float.POSITIVE_INFINITY, 0x1p-14f};
        Handle published = planes.publisher.publish("exact", FloatBuffer.wrap(exact), encoding);
        assertArrayEquals(bits(exact), bits(Planes.await(planes.fetcher.fetch(published))));
    }

    @ParameterizedTest
    @EnumSource
    void sendsAsManyBytesAsTheEncodingHas(Encoding encoding) throws Exception {
        float[] numbers = new float[FLOATS];
        Arrays.fill(numbers, 3);
        Handle published = planes.publisher.publish("many", FloatBuffer.wrap(numbers), encoding);
        assertArrayEquals(numbers, Planes.await(planes.fetcher.fetch(published)));
        long bytes = (long) FLOATS * encoding.bytes();
        Link to = planes.publisher.links().get(0);
        Link from = planes.fetcher.links().get(0);
        assertEquals(new Link(planes.fetcher.address(), bytes, 0, 0), to);
        assertEquals(
                new Link(planes.publisher.address(), 0, bytes, from.receivingNanos()),
                from,
                "payload only, and each once");
        assertTrue(from.receivingNanos() > 0);
    }

    @Test
    void cutsWhatBfloat16DoesNotHold() throws Exception {
        float[] inexact = {Math.nextUp(1f)};
        Handle published = planes.publisher.publish("inexact", FloatBuffer.wrap(inexact), Encoding.BF16);
        assertArrayEquals(new float[] {1}, Planes.await(planes.fetcher.fetch(published)));
    }

    @Test
    void publishesPartsOfArraysAndDirectMemory() throws Exception {
        FloatBuffer part = FloatBuffer.wrap(values, 1000, 500);
        FloatBuffer direct = ByteBuffer.allocateDirect(4000).asFloatBuffer();
        direct.put(values, 0, 1000).flip();
        Handle first = planes.publisher.publish("part", part, Encoding.FP32);
        Handle second = planes.publisher.publish("direct", direct, Encoding.FP32);
        assertArrayEquals(Arrays.copyOfRange(values, 1000, 1500), Planes.await(planes.fetcher.fetch(first)));
        assertArrayEquals(Arrays.copyOfRange(values, 0, 1000), Planes.await(planes.fetcher.fetch(second)));
        assertArrayEquals(Arrays.copyOfRange(values, 0, 1000), Planes.await(planes.publisher.fetch(second)));
    }

    @Test
    void handsOutItsOwnByReferenceAndSlicesAsCopies() throws Exception {
        assertSame(values, Planes.await(planes.publisher.fetch(handle)));
        assertArrayEquals(new float[] {2, 3}, Planes.await(planes.publisher.fetch(handle, 2, 4)));
        float[] target = new float[4];
        Planes.await(planes.publisher.fetchInto(handle, 2, 4, FloatBuffer.wrap(target), 1));
        assertArrayEquals(new float[] {0, 2, 3, 0}, target);
        assertEquals(List.of(), planes.publisher.links());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FLOATS})
    void failsPlainlyToFetchWhatIsGone(int length) throws Exception {
        planes.publisher.release(handle);
        planes.publisher.release(handle);
        assertInstanceOf(GoneException.class, Planes.failure(planes.fetcher.fetch(handle, 0, length)));
        assertInstanceOf(GoneException.class, Planes.failure(planes.publisher.fetch(handle, 0, length)));
    }

    @Test
    void fetchesWhatIsPublishedAgain() throws Exception {
        Handle again = planes.publisher.publish("weights", new float[] {9});
        assertArrayEquals(new float[] {9}, Planes.await(planes.fetcher.fetch(again)));
        assertInstanceOf(GoneException.class, Planes.failure(planes.fetcher.fetch(handle)));
        Handle longer = new Handle(again.address(), again.key(), FLOATS);
        Throwable tooLong = Planes.failure(planes.fetcher.fetch(longer));
        assertTrue(tooLong.getMessage().endsWith("it has fewer floats than its handle says"), tooLong.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "2, 1", "0, 1323066"})
    void refusesRangesOutsideOfTheHandle(int from, int to) throws Exception {
        assertInstanceOf(IllegalArgumentException.class, Planes.failure(planes.fetcher.fetch(handle, from, to)));
        assertInstanceOf(IllegalArgumentException.class, Planes.failure(planes.publisher.fetch(handle, from, to)));
    }

    @Test
    void refusesKeysThatDoNotFitAFrame() {
        assertThrows(IllegalArgumentException.class, () -> planes.publisher.publish("k".repeat(1025), new float[1]));
    }

    @Test
    void refusesInOneLineAnAddressThatIsTaken() {
        int taken = Address.parse(planes.publisher.address()).port();
        PlaneSettings settings = new PlaneSettings(
                Planes.LOOPBACK, taken, 1, PlaneSettings.LEAST_CHUNK, Duration.ofSeconds(1), Optional.empty());
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> NettyDataPlane.open(settings));
        assertTrue(refusal.getMessage().contains(taken + "]"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("tinyclip.plane.port"), refusal.getMessage());
    }

    @Test
    void isReachedAtAnIpv6Address() throws Exception {
        assumeTrue(hasIpv6Loopback(), "no IPv6 on this machine's loopback");
        try (NettyDataPlane other = open(new PlaneSettings.Listening("::1", 0), "::1")) {
            assertTrue(other.address().startsWith("[::1]:"), other.address());
            Handle there = other.publish("weights", new float[] {3, 4});
            assertArrayEquals(new float[] {3, 4}, Planes.await(planes.fetcher.fetch(there)));
        }
    }

    @Test
    void isReachedAtAnotherAddressThanItListensAt() throws Exception {
        try (NettyDataPlane other = open(new PlaneSettings.Listening("0.0.0.0", 0), "127.0.0.2")) {
            assertTrue(other.address().startsWith("127.0.0.2:"), other.address());
            Handle there = other.publish("weights", new float[] {3, 4});
            assertArrayEquals(new float[] {3, 4}, Planes.await(planes.fetcher.fetch(there)));
        }
    }

    private static NettyDataPlane open(PlaneSettings.Listening listening, String host) {
        return NettyDataPlane.open(new PlaneSettings(
                host,
                0,
                listening,
                1,
                PlaneSettings.LEAST_CHUNK,
                Duration.ofSeconds(10),
                PlaneSettings.usualGuests(),
                Optional.empty()));
    }

    private static boolean hasIpv6Loopback() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    }

    @Test
    void failsToFetchFromWhatIsNoAddress() throws Exception {
        Throwable failure = Planes.failure(planes.fetcher.fetch(new Handle("local", "weights", 3)));
        assertEquals("[local] is not the address of a data plane", failure.getMessage());
    }

    @Test
    void fetchesThroughConnectionsOfBothWays() throws Exception {
        Handle other = planes.fetcher.publish("gradient", new float[] {1, 2});
        assertArrayEquals(new float[] {1, 2}, Planes.await(planes.publisher.fetch(other)));
        assertArrayEquals(values, Planes.await(planes.fetcher.fetch(handle)));
        Link both = planes.fetcher.links().get(0);
        assertEquals(8, both.sentBytes());
        assertEquals((long) FLOATS * Float.BYTES, both.receivedBytes());
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
