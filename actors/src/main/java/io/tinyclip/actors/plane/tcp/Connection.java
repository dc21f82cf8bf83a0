package io.tinyclip.actors.plane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.tinyclip.actors.plane.BadFrameException;
import io.tinyclip.actors.plane.FetchException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of the connections to a peer: opened when it is needed, and opened again after it was closed. All but {@link
 * #send} and {@link #waiting()} runs on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class Connection {
    /** Stretches that wait until the peer has answered others. */
    private static final int MOST_WAITING = 100_000;

    /** Floats' worth of waiting that a fetch of nothing counts as. */
    private static final int LEAST_WEIGHT = 1;

    private final EventLoop loop;
    private final Dialer dialer;
    private final Peer peer;
    private final Deque<Stretch> stretches = new ArrayDeque<>();
    private final Deque<Stretch> asked = new ArrayDeque<>();
    private final AtomicLong floats = new AtomicLong();
    private Optional<Channel> channel = Optional.empty();
    private boolean dialing;
    private String reason = "it closed the connection";

    Connection(EventLoop loop, Dialer dialer, Peer peer) {
        this.loop = loop;
        this.dialer = dialer;
        this.peer = peer;
    }

    /** Floats that have been sent for and have not come. */
    long waiting() {
        return floats.get();
    }

    void send(Stretch stretch) {
        floats.addAndGet(weight(stretch));
        try {
            loop.execute(() -> take(stretch));
        } catch (RejectedExecutionException closed) {
            refuse(stretch, "the data plane is closed");
        }
    }

    private void take(Stretch stretch) {
        if (stretches.size() >= MOST_WAITING) {
            refuse(stretch, MOST_WAITING + " fetches wait for it already");
            return;
        }
        stretches.add(stretch);
        ask();
    }

    private void refuse(Stretch stretch, String why) {
        floats.addAndGet(-weight(stretch));
        stretch.fetch().fail(new FetchException(stretch.fetch().handle(), why));
        stretch.fetch().stretchEnded();
    }

    private static int weight(Stretch stretch) {
        return stretch.left() + LEAST_WEIGHT;
    }

    private void ask() {
        if (channel.isEmpty()) {
            dial();
            return;
        }
        Channel open = channel.get();
        while (!stretches.isEmpty() && asked.size() < Frames.MOST_REQUESTS) {
            Stretch stretch = stretches.remove();
            asked.add(stretch);
            ByteBuf request = open.alloc().buffer(Frames.REQUEST_BYTES + Frames.MOST_KEY_BYTES);
            Frames.write(stretch.request(), request);
            open.write(request);
        }
        open.flush();
    }

    private void dial() {
        if (dialing || stretches.isEmpty()) {
            return;
        }
        dialing = true;
        dialer.dial(loop, peer.address(), this, dialed -> {
            if (!loop.isShuttingDown()) {
                loop.execute(() -> dialed(dialed));
            }
        });
    }

    private void dialed(ChannelFuture dialed) {
        dialing = false;
        if (!dialed.isSuccess()) {
            reason = "cannot connect (" + dialed.cause().getMessage() + ")";
            closed();
            return;
        }
        Channel open = dialed.channel();
        channel = Optional.of(open);
        open.closeFuture().addListener(closed -> closed());
        ask();
    }

    /** Whether the peer owes an answer. */
    boolean awaiting() {
        return !asked.isEmpty();
    }

    /** The stretch that arrives. */
    Stretch answered() {
        if (asked.isEmpty()) {
            throw new BadFrameException("an answer that nobody asked for");
        }
        return asked.element();
    }

    void received(Stretch stretch, int count, int bytes) {
        stretch.received(count);
        floats.addAndGet(-count);
        peer.counts().received(bytes);
    }

    /** The stretch that arrived has arrived, or never will. */
    void ended() {
        Stretch stretch = asked.remove();
        floats.addAndGet(-weight(stretch));
        stretch.fetch().stretchEnded();
        ask();
    }

    void broken(Channel open, Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        reason = String.valueOf(cause.getMessage());
        open.close();
    }

    private void closed() {
        channel = Optional.empty();
        List<Stretch> left = new ArrayList<>(asked);
        left.addAll(stretches);
        asked.clear();
        stretches.clear();
        for (Stretch stretch : left) {
            floats.addAndGet(-weight(stretch));
            if (stretch.mayTryAgain(reason)) {
                loop.schedule(() -> peer.send(stretch), stretch.pause().toNanos(), TimeUnit.NANOSECONDS);
            } else {
                stretch.fetch().stretchEnded();
            }
        }
        reason = "it closed the connection";
    }
}
