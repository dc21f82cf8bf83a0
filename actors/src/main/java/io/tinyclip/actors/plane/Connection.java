package io.tinyclip.actors.plane;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of the connections to a peer: opened when it is needed, and opened again after it was closed. All but {@link #send} and
 * {@link #waiting()} runs on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class Connection {
    /** Parts that wait until the peer has answered others. */
    private static final int MOST_WAITING = 100_000;

    /** Floats' worth of waiting that a fetch of nothing counts as. */
    private static final int LEAST_WEIGHT = 1;

    private final EventLoop loop;
    private final Dialer dialer;
    private final Peer peer;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final Deque<Part> asked = new ArrayDeque<>();
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

    void send(Part part) {
        floats.addAndGet(weight(part));
        try {
            loop.execute(() -> take(part));
        } catch (RejectedExecutionException closed) {
            refuse(part, "the data plane is closed");
        }
    }

    private void take(Part part) {
        if (parts.size() >= MOST_WAITING) {
            refuse(part, MOST_WAITING + " fetches wait for it already");
            return;
        }
        parts.add(part);
        ask();
    }

    private void refuse(Part part, String why) {
        floats.addAndGet(-weight(part));
        part.fetch().fail(new FetchException(part.fetch().handle(), why));
        part.fetch().partEnded();
    }

    private static int weight(Part part) {
        return part.left() + LEAST_WEIGHT;
    }

    private void ask() {
        if (channel.isEmpty()) {
            dial();
            return;
        }
        Channel open = channel.get();
        while (!parts.isEmpty() && asked.size() < Frames.MOST_REQUESTS) {
            Part part = parts.remove();
            asked.add(part);
            ByteBuf request = open.alloc().buffer(Frames.REQUEST_BYTES + Frames.MOST_KEY_BYTES);
            Frames.write(part.request(), request);
            open.write(request);
        }
        open.flush();
    }

    private void dial() {
        if (dialing || parts.isEmpty()) {
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

    /** The part that arrives. */
    Part answered() {
        if (asked.isEmpty()) {
            throw new BadFrameException("an answer that nobody asked for");
        }
        return asked.element();
    }

    void received(Part part, int count, int bytes) {
        part.received(count);
        floats.addAndGet(-count);
        peer.counts().received(bytes);
    }

    /** The part that arrived has arrived, or never will. */
    void ended() {
        Part part = asked.remove();
        floats.addAndGet(-weight(part));
        part.fetch().partEnded();
        ask();
    }

    void broken(Channel open, Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        reason = String.valueOf(cause.getMessage());
        open.close();
    }

    private void closed() {
        channel = Optional.empty();
        List<Part> left = new ArrayList<>(asked);
        left.addAll(parts);
        asked.clear();
        parts.clear();
        for (Part part : left) {
            floats.addAndGet(-weight(part));
            if (part.mayTryAgain(reason)) {
                loop.schedule(() -> peer.send(part), part.pause().toNanos(), TimeUnit.NANOSECONDS);
            } else {
                part.fetch().partEnded();
            }
        }
        reason = "it closed the connection";
    }
}
