package io.tinyclip.cluster.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.door.Guests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What gets through to an actor system's own port. */
class FrontDoorTest {
    private static final int LONGEST = 4096;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int A_WHILE_MILLIS = 300;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final List<AutoCloseable> open = new ArrayList<>();
    private ServerSocket inside;
    private FrontDoor door;

    @BeforeEach
    void listen() throws IOException {
        inside = new ServerSocket(0, 50, LOOPBACK);
        inside.setSoTimeout(PATIENCE_MILLIS);
        open.add(inside);
        door = door(new Guests(64, 64, 32, LONG), LONG);
    }

    private FrontDoor door(Guests guests, Duration timeout) {
        FrontDoor made = FrontDoor.listen(
                new InetSocketAddress(LOOPBACK, 0), new FrontDoor.Rules(guests, timeout, LONGEST, Optional.empty()));
        made.leadsTo((InetSocketAddress) inside.getLocalSocketAddress());
        open.add(made);
        return made;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : open) {
            it.close();
        }
    }

    @Test
    void wholeFramesComeThroughAsTheyAreHoweverTheyArrive() throws Exception {
        byte[] sent = Garbage.header(1);
        for (int payload : new int[] {0, 1, 1000}) {
            sent = Garbage.join(sent, frame(payload));
        }
        try (Socket socket = connect(door)) {
            for (byte one : sent) {
                socket.getOutputStream().write(one);
            }
            Socket came = inside.accept();
            assertArrayEquals(sent, came.getInputStream().readNBytes(sent.length));
            came.close();
            assertTrue(Garbage.ends(socket, PATIENCE_MILLIS), "whoever is inside ends it outside");
        }
    }

    @Test
    void whatCameWholeBeforeTheEndIsStillPassedOn() throws Exception {
        byte[] sent = Garbage.join(Garbage.header(2), Garbage.join(frame(2000), frame(7)));
        try (Socket socket = connect(door)) {
            socket.getOutputStream().write(Garbage.join(sent, new byte[] {1, 2}));
        }
        assertArrayEquals(sent, inside.accept().getInputStream().readAllBytes());
    }

    static Stream<Arguments> none() {
        byte[] ok = envelope("akka://a@h:1/user/x", 3);
        byte[] deployed = envelope("akka://a@h:1/remote/akka/b@c:2/user/x", 0);
        byte[] version = ok.clone();
        version[0] = 1;
        byte[] metadata = ok.clone();
        metadata[1] = 1;
        ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN).putInt(28, -5);
        byte[] literal = ok.clone();
        ByteBuffer.wrap(literal).order(ByteOrder.LITTLE_ENDIAN).putShort(28, (short) -1);
        byte[] cut = Arrays.copyOf(ok, 29);
        byte[] nine = HexFormat.of().parseHex("414b4b410373a9bef4");
        return Stream.of(
                Arguments.of("nine bytes", nine),
                Arguments.of("nine bytes on a stream that there is", Garbage.join(Garbage.header(1), tail(nine))),
                Arguments.of("no magic", "AKKB".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("a stream that is none", Garbage.header(0)),
                Arguments.of("length -1", Garbage.join(Garbage.header(1), Garbage.frame(-1, ok))),
                Arguments.of("length 0", Garbage.join(Garbage.header(1), Garbage.frame(0, ok))),
                Arguments.of("too long", Garbage.join(Garbage.header(1), Garbage.frame(LONGEST + 1, ok))),
                Arguments.of(
                        "another version", Garbage.join(Garbage.header(1), Garbage.frame(version.length, version))),
                Arguments.of("metadata", Garbage.join(Garbage.header(1), Garbage.frame(metadata.length, metadata))),
                Arguments.of("a literal", Garbage.join(Garbage.header(1), Garbage.frame(literal.length, literal))),
                Arguments.of("half a literal", Garbage.join(Garbage.header(1), Garbage.frame(cut.length, cut))),
                Arguments.of("deployed", Garbage.join(Garbage.header(1), Garbage.frame(deployed.length, deployed))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("none")
    void whatIsNoFrameEndsTheConnectionAndNothingOfItGetsThrough(String name, byte[] sent) throws Exception {
        try (Socket socket = connect(door)) {
            socket.getOutputStream().write(sent);
            assertTrue(Garbage.ends(socket, PATIENCE_MILLIS));
        }
        assertNothingInside();
    }

    @Test
    void seededGarbageDoesNotGetThroughAndAMemberDoes() throws Exception {
        try (Garbage garbage = new Garbage(11)) {
            garbage.send(new InetSocketAddress(LOOPBACK, door.port()), Garbage.CONNECTIONS);
            try (Socket member = connect(door)) {
                byte[] sent = Garbage.join(Garbage.header(1), frame(9));
                member.getOutputStream().write(sent);
                assertArrayEquals(sent, inside.accept().getInputStream().readNBytes(sent.length));
            }
        }
    }

    @Test
    void whoSaysNothingOrLittleIsEnded() throws Exception {
        FrontDoor hasty = door(new Guests(64, 64, 32, LONG), Duration.ofMillis(A_WHILE_MILLIS));
        for (byte[] sent : List.of(new byte[0], Garbage.header(1), Arrays.copyOf(frame(100), 60))) {
            try (Socket socket = connect(hasty)) {
                socket.getOutputStream().write(sent.length == 60 ? Garbage.join(Garbage.header(1), sent) : sent);
                assertTrue(Garbage.ends(socket, PATIENCE_MILLIS));
            }
        }
        assertNothingInside();
    }

    @Test
    void aMemberStaysAndComesInWhileStrangersFloodThePort() throws Exception {
        FrontDoor narrow = door(new Guests(128, 128, 50, LONG), LONG);
        byte[] sent = Garbage.join(Garbage.header(1), frame(9));
        Socket first = connect(narrow);
        first.getOutputStream().write(sent);
        Socket firstInside = inside.accept();
        Socket longest = connect(narrow);
        for (int i = 0; i < 60; i++) {
            connect(narrow);
        }
        assertTrue(Garbage.ends(longest, PATIENCE_MILLIS), "the stranger that has waited longest is still there");
        connect(narrow).getOutputStream().write(sent);
        assertArrayEquals(sent, inside.accept().getInputStream().readNBytes(sent.length));
        first.getOutputStream().write(frame(9));
        byte[] both = Garbage.join(sent, frame(9));
        assertArrayEquals(both, firstInside.getInputStream().readNBytes(both.length));
    }

    private void assertNothingInside() throws IOException {
        inside.setSoTimeout(A_WHILE_MILLIS);
        try (Socket came = inside.accept()) {
            assertEquals(0, came.getInputStream().readAllBytes().length, "something came through");
        } catch (SocketTimeoutException nobody) {
            // As it should be.
        }
    }

    private Socket connect(FrontDoor to) throws IOException {
        Socket socket = new Socket(LOOPBACK, to.port());
        open.add(socket);
        return socket;
    }

    private static byte[] frame(int payload) {
        byte[] envelope = envelope("akka://a@h:1/user/x", payload);
        return Garbage.frame(envelope.length, envelope);
    }

    private static byte[] envelope(String recipient, int payload) {
        byte[] path = recipient.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer envelope =
                ByteBuffer.allocate(28 + 2 + 2 + path.length + 2 + payload).order(ByteOrder.LITTLE_ENDIAN);
        envelope.position(28);
        envelope.putShort((short) 0).putShort((short) path.length).put(path).putShort((short) 0);
        return envelope.array();
    }

    private static byte[] tail(byte[] nine) {
        return Arrays.copyOfRange(nine, 5, 9);
    }
}
