package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Session;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Machines that lose their power, or freeze: their connections stay open, and nothing comes on them any more. */
class SilentSessionTest {
    /** Long enough for who is alive to say so, however busy the machine is. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final int BEATS = 3;

    private final Planes planes = new Planes(1, TIMEOUT);
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    @AfterEach
    void close() {
        planes.close();
    }

    @Test
    void theOffererTakesASilentHolderForGone() throws Exception {
        Handle offered = planes.publisher.offerSession("session/1", () -> gone.complete(null));
        try (Socket holder = connect(offered)) {
            OutputStream out = holder.getOutputStream();
            out.write(bytes(hello -> Frames.write(new Frames.Hello("127.0.0.1:1"), hello)));
            byte[] session = bytes(frame -> Frames.write(new Frames.Holding("session/1"), frame));
            out.write(session);
            for (int beat = 0; beat < BEATS; beat++) {
                out.write(session);
                assertEquals(Frames.PULSE, holder.getInputStream().read());
            }
            assertFalse(gone.isDone());
            Planes.await(gone);
        }
    }

    @Test
    void theHolderTakesASilentOffererForGone() throws Exception {
        try (ServerSocket offerer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Session session = planes.fetcher.hold(new Handle("127.0.0.1:" + offerer.getLocalPort(), "session/1", 0));
            try (Socket held = offerer.accept()) {
                DataInputStream in = new DataInputStream(held.getInputStream());
                int hello = bytes(it -> Frames.write(new Frames.Hello(planes.fetcher.address()), it)).length;
                int frame = bytes(it -> Frames.write(new Frames.Holding("session/1"), it)).length;
                in.readFully(new byte[hello]);
                for (int beat = 0; beat < BEATS; beat++) {
                    in.readFully(new byte[frame]);
                    held.getOutputStream().write(Frames.PULSE);
                }
                assertFalse(session.ended().toCompletableFuture().isDone());
                Planes.await(session.ended());
            }
        }
    }

    @Test
    void aConnectionThatWasFollowedByAnotherStandsForTheSessionNoMore() throws Exception {
        Handle offered = planes.publisher.offerSession("session/1", () -> gone.complete(null));
        byte[] hello = bytes(it -> Frames.write(new Frames.Hello("127.0.0.1:1"), it));
        byte[] session = bytes(frame -> Frames.write(new Frames.Holding("session/1"), frame));
        try (Socket first = connect(offered);
                Socket second = connect(offered)) {
            for (Socket holder : new Socket[] {first, second}) {
                holder.getOutputStream().write(hello);
                holder.getOutputStream().write(session);
                holder.getOutputStream().write(session);
                assertEquals(Frames.PULSE, holder.getInputStream().read());
            }
            first.getOutputStream().write(session);
            assertEquals(-1, first.getInputStream().read(), "it is closed");
            assertFalse(gone.isDone());
        }
        Planes.await(gone);
    }

    private static Socket connect(Handle offered) throws IOException {
        int colon = offered.address().lastIndexOf(':');
        return new Socket(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(offered.address().substring(colon + 1)));
    }

    private interface Written {
        void to(ByteBuf out);
    }

    private static byte[] bytes(Written frame) {
        ByteBuf out = Unpooled.buffer();
        frame.to(out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
