package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tinyclip.actors.plane.GoneException;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Session;
import io.tinyclip.actors.plane.door.Guests;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may ask a data plane for something, and who may stay. */
class GuestsTest {
    private static final float[] VALUES = {3, 1, 4};
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 20_000;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : open) {
            it.close();
        }
    }

    @Test
    void aKeyThatWasNotAnnouncedIsRefused() throws Exception {
        NettyDataPlane owner = plane(PlaneSettings.usualGuests(), LONG);
        NettyDataPlane other = plane(PlaneSettings.usualGuests(), LONG);
        Handle teacher = owner.publish("teacher/0", VALUES);
        assertArrayEquals(VALUES, Planes.await(other.fetch(teacher)));
        for (String guess : List.of("teacher/0", "teacher/0/", "", teacher.key().substring(1), teacher.key() + "0")) {
            Handle guessed = new Handle(teacher.address(), guess, VALUES.length);
            assertInstanceOf(GoneException.class, Planes.failure(other.fetch(guessed)), guess);
        }
        assertNotEquals(teacher.key(), owner.publish("teacher/0", VALUES).key());
        assertInstanceOf(GoneException.class, Planes.failure(other.fetch(teacher)));
    }

    @Test
    void whatIsPublishedAgainEndsWhatWasBeforeAndOnlyThat() throws Exception {
        NettyDataPlane owner = plane(PlaneSettings.usualGuests(), LONG);
        NettyDataPlane other = plane(PlaneSettings.usualGuests(), LONG);
        Handle first = owner.publish("sum", VALUES);
        Handle second = owner.publish("sum", new float[] {1});
        owner.release(first);
        assertArrayEquals(new float[] {1}, Planes.await(other.fetch(second)));
        owner.release(second);
        assertInstanceOf(GoneException.class, Planes.failure(other.fetch(second)));
    }

    /** Eight thousand of them with the usual limits; the same with few. */
    @Test
    void greetedConnectionsThatStandStillShutOutNobody() throws Exception {
        NettyDataPlane owner = plane(new Guests(64, 64, 32, LONG), LONG);
        List<Socket> flood = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            flood.add(greeted(owner));
        }
        NettyDataPlane member = plane(PlaneSettings.usualGuests(), LONG);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        Session session = member.hold(owner.offerSession("session/1", () -> gone.complete(null)));
        assertArrayEquals(VALUES, Planes.await(member.fetch(owner.publish("weights", VALUES))));
        for (int i = 0; i < 200; i++) {
            flood.add(greeted(owner));
        }
        assertArrayEquals(VALUES, Planes.await(member.fetch(owner.publish("weights", VALUES))));
        assertFalse(gone.isDone() || session.ended().toCompletableFuture().isDone(), "a member was driven out");
        assertTrue(ended(flood.get(0)), "the first of the strangers is still there");
    }

    @Test
    void whereAllOfAnAddressAreKnownOneMoreIsClosedAtOnce() throws Exception {
        NettyDataPlane owner = plane(new Guests(64, 1, 32, LONG), LONG);
        NettyDataPlane member = plane(PlaneSettings.usualGuests(), LONG);
        Handle weights = owner.publish("weights", VALUES);
        assertArrayEquals(VALUES, Planes.await(member.fetch(weights)));
        assertTrue(ended(greeted(owner)));
        assertArrayEquals(VALUES, Planes.await(member.fetch(weights)));
    }

    @Test
    void aStrangerEndsHoweverBusyItIs() throws Exception {
        NettyDataPlane owner = plane(new Guests(64, 64, 32, LONG), SHORT);
        Socket slow = greeted(owner);
        ByteBuf wrong = Unpooled.buffer();
        Frames.write(new Frames.Request("weights", 0, 1), wrong);
        byte[] request = new byte[wrong.readableBytes()];
        wrong.readBytes(request);
        slow.setSoTimeout(50);
        assertThrows(SocketException.class, () -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (System.nanoTime() < end) {
                slow.getOutputStream().write(request);
                if (readOrEnd(slow.getInputStream()) < 0) {
                    throw new SocketException("ended");
                }
            }
        });
    }

    @Test
    void aConnectionOnWhichNothingIsAwaitedEndsAndASessionStays() throws Exception {
        NettyDataPlane owner = plane(new Guests(64, 64, 32, SHORT.multipliedBy(2)), SHORT);
        Handle weights = owner.publish("weights", VALUES);
        ByteBuf right = Unpooled.buffer();
        Frames.write(new Frames.Request(weights.key(), 0, VALUES.length), right);
        byte[] request = new byte[right.readableBytes()];
        right.readBytes(request);
        NettyDataPlane member = plane(PlaneSettings.usualGuests(), SHORT);
        Session session = member.hold(owner.offerSession("session/1", () -> {}));
        Socket idle = greeted(owner);
        idle.getOutputStream().write(request);
        int answer = Frames.ANSWER_BYTES + Frames.LENGTH_BYTES + VALUES.length * Float.BYTES + Frames.CHECKSUM_BYTES;
        assertEquals(answer, idle.getInputStream().readNBytes(answer).length);
        assertEquals(-1, idle.getInputStream().read());
        assertFalse(session.ended().toCompletableFuture().isDone());
        assertArrayEquals(VALUES, Planes.await(member.fetch(weights)));
    }

    @Test
    void aNameThatAnybodyGivesIsNotCountedAmongPeers() throws Exception {
        NettyDataPlane owner = plane(new Guests(64, 64, 32, LONG), SHORT);
        assertTrue(ended(greeted(owner)));
        assertEquals(List.of(), owner.links());
    }

    private NettyDataPlane plane(Guests guests, Duration timeout) {
        NettyDataPlane plane = NettyDataPlane.open(Planes.settings(guests, timeout));
        open.add(plane);
        return plane;
    }

    private Socket greeted(NettyDataPlane at) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), Address.parse(at.address()).port());
        open.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        ByteBuf hello = Unpooled.buffer();
        Frames.write(new Frames.Hello("1.2.3.4:5"), hello);
        try {
            hello.readBytes(socket.getOutputStream(), hello.readableBytes());
        } catch (SocketException closedAtOnce) {
            // As it should be where there is no room.
        }
        return socket;
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static int readOrEnd(InputStream in) throws IOException {
        try {
            return in.read(new byte[4096]);
        } catch (SocketTimeoutException nothing) {
            return 0;
        }
    }
}
