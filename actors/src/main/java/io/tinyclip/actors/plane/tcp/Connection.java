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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of the connections to a peer: opened when it is needed, and opened again after it was closed. A stretch whose
 * fetch has failed, or is not wanted any more, ends wherever it is:
 *
 * <pre>
 * waits to be asked for, or asked for again  -> ends
 * asked for, behind others                   -> ends when it would arrive
 * arrives                                    -> the connection is closed, and the others are asked for by another one
 * </pre>
 *
 * All but {@link #send}, {@link #sweep} and {@link #waiting()} runs on its event loop.
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
    private final Set<Stretch> resting = new LinkedHashSet<>();
    private final AtomicLong floats = new AtomicLong();
    private Optional<Channel> channel = Optional.empty();
    private boolean dialing;
    private boolean dropping;
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
        if (stretch.fetch().failed()) {
            end(stretch);
            return;
        }
        if (stretches.size() >= MOST_WAITING) {
            refuse(stretch, MOST_WAITING + " fetches wait for it already");
            return;
        }
        stretches.add(stretch);
        ask();
    }

    private void refuse(Stretch stretch, String why) {
        stretch.fetch().fail(new FetchException(stretch.fetch().handle(), why));
        end(stretch);
    }

    private void end(Stretch stretch) {
        floats.addAndGet(-weight(stretch));
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
        end(asked.remove());
        if (arrivesForNobody()) {
            sweep();
        }
        ask();
    }

    /** All that the peer sends of it comes too late. */
    void fail(Fetch fetch, RuntimeException cause) {
        fetch.fail(cause);
        peer.sweep();
    }

    /** Ends stretches whose fetch has failed. */
    void sweep() {
        try {
            loop.execute(this::drop);
        } catch (RejectedExecutionException closed) {
            // With the data plane, which has ended them.
        }
    }

    private void drop() {
        List<Stretch> waiting =
                stretches.stream().filter(it -> it.fetch().failed()).toList();
        stretches.removeAll(waiting);
        waiting.forEach(this::end);
        List<Stretch> later = resting.stream().filter(it -> it.fetch().failed()).toList();
        later.forEach(resting::remove);
        later.forEach(it -> it.fetch().stretchEnded());
        if (arrivesForNobody()) {
            dropping = true;
            channel.ifPresent(Channel::close);
        }
    }

    private boolean arrivesForNobody() {
        return !asked.isEmpty() && asked.element().fetch().failed();
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
        boolean here = dropping;
        dropping = false;
        for (Stretch stretch : left) {
            floats.addAndGet(-weight(stretch));
            if (stretch.fetch().failed()) {
                stretch.fetch().stretchEnded();
            } else if (here) {
                peer.send(stretch);
            } else if (stretch.mayTryAgain(reason)) {
                rest(stretch);
            } else {
                stretch.fetch().stretchEnded();
                peer.sweep();
            }
        }
        reason = "it closed the connection";
    }

    private void rest(Stretch stretch) {
        resting.add(stretch);
        loop.schedule(
                () -> {
                    if (resting.remove(stretch)) {
                        peer.send(stretch);
                    }
                },
                stretch.pause().toNanos(),
                TimeUnit.NANOSECONDS);
    }
}
