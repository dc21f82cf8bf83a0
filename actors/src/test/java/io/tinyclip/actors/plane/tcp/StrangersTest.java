package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.Handle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who connects and does not speak the protocol. */
class StrangersTest {
    private static final int FLOATS = 100_000;

    /** More than sockets hold, so that a request stays open. */
    private static final int LONGEST_FLOATS = 10_000_000;

    private static final int PATIENCE_MILLIS = 20_000;

    private final Planes planes = new Planes(1, Duration.ofMillis(300));
    private final float[] values = Planes.numbers(FLOATS);
    private final Handle handle = planes.publisher.publish("weights", values);

    @AfterEach
    void close() {
        planes.close();
    }

    static Stream<Arguments> garbage() {
        byte[] random = new byte[100_000];
        new Random(7).nextBytes(random);
        byte[] hello = hello(Frames.VERSION, 9);
        return Stream.of(
                Arguments.of("random bytes", random, "does not begin as"),
                Arguments.of("HTTP", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "does not begin as"),
                Arguments.of("one wrong byte", new byte[] {1}, "does not begin as"),
                Arguments.of("another version", hello(99, 9), "version 99"),
                Arguments.of("a huge address", hello(Frames.VERSION, 65535), "an address of 65535 bytes"),
                Arguments.of(
                        "no address",
                        join(Arrays.copyOf(hello(Frames.VERSION, 3), 8), new byte[] {'a', 10, 'b'}),
                        "is none"),
                Arguments.of("half a hello and silence", Arrays.copyOf(hello, 6), "nothing moved"),
                Arguments.of("silence", new byte[0], "nothing moved"),
                Arguments.of("half a request and silence", Arrays.copyOf(hello, hello.length + 5), "nothing moved"),
                Arguments.of("a huge key", join(hello, request(0, 1, 65535)), "a key of 65535 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void closesOnStrangersWithOneLineAndGoesOn(String name, byte[] sent, String reason) throws Exception {
        for (int i = 0; i < 2; i++) {
            sendAndAwaitTheEnd(sent);
        }
        assertEquals(1, planes.log.lines().size(), planes.log.lines().toString());
        assertTrue(
                planes.log.lines().get(0).contains(reason), planes.log.lines().toString());
        assertTrue(
                planes.log.lines().get(0).contains(Planes.LOOPBACK),
                planes.log.lines().toString());
        assertArrayEquals(values, Planes.await(planes.fetcher.fetch(handle)));
    }

    @Test
    void closesOnAPeerThatAsksForTooMuchAtATime() throws Exception {
        byte[] requests = hello(Frames.VERSION, 9);
        byte[] key = key(planes.publisher.publish("longest", new float[LONGEST_FLOATS]));
        byte[] request = join(request(0, LONGEST_FLOATS, key.length), key);

        for (int i = 0; i < 100; i++) {
            requests = join(requests, request);
        }
        sendAndAwaitTheEnd(requests);
        assertTrue(
                planes.log.lines().get(0).contains("more than 64 open requests"),
                planes.log.lines().toString());
    }

    @Test
    void answersBadRangesWithoutHarm() throws Exception {
        for (List<Integer> range : List.of(List.of(-1, 5), List.of(5, 4), List.of(0, FLOATS + 1))) {
            byte[] key = key(handle);
            byte[] request = join(request(range.get(0), range.get(1), key.length), key);
            try (Socket socket = connect()) {
                socket.getOutputStream().write(join(hello(Frames.VERSION, 9), request));
                byte[] answer = socket.getInputStream().readNBytes(Frames.ANSWER_BYTES);
                assertEquals(2, answer[0], "bad range");
            }
        }
        assertEquals(List.of(), planes.log.lines());
    }

    private void sendAndAwaitTheEnd(byte[] sent) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(sent);
            // Answers may come before the end.
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            // Closed with our bytes unread.
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(),
                Address.parse(planes.publisher.address()).port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] hello(int version, int length) {
        ByteBuffer hello = ByteBuffer.allocate(Frames.HELLO_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        hello.putInt(Frames.MAGIC).putShort((short) version).putShort((short) length);
        return join(hello.array(), "1.2.3.4:5".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] key(Handle handle) {
        return handle.key().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] request(int from, int to, int keyLength) {
        ByteBuffer request = ByteBuffer.allocate(Frames.REQUEST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return request.putInt(from).putInt(to).putShort((short) keyLength).array();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
