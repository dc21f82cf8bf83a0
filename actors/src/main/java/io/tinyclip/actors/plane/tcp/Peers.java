package io.tinyclip.actors.plane.tcp;

import io.netty.channel.EventLoopGroup;
import io.tinyclip.actors.plane.FetchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Whom anything has been fetched from, and what is being fetched. May be used from any thread. */
final class Peers {
    /** How to reach others, and what serves the connections to them. */
    record Reach(PlaneSettings settings, Dialer dialer, EventLoopGroup loops, Traffic traffic, Executor copying) {}

    private static final String CLOSED = "the data plane is closed";

    private final Reach by;
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final Set<Fetch> fetches = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Peers(Reach by) {
        this.by = by;
    }

    /**
     * Fetches floats {@code [from, to)}.
     *
     * @throws IllegalArgumentException where the handle has no address of a data plane
     */
    CompletionStage<Void> begin(Fetch fetch, int from, int to) {
        Peer peer = peers.computeIfAbsent(fetch.handle().address(), this::peer);
        fetches.add(fetch);
        if (closed) {
            fetches.remove(fetch);
            return CompletableFuture.failedStage(new FetchException(fetch.handle(), CLOSED));
        }
        peer.counts().fetchBegun();
        List<Stretch> stretches = split(fetch, from, to);
        fetch.expect(stretches.size());
        stretches.forEach(peer::send);
        // What the caller does next must not run where connections are served.
        return fetch.result()
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            fetches.remove(fetch);
                            peer.counts().fetchEnded();
                        },
                        by.copying);
    }

    private Peer peer(String other) {
        Address.parse(other);
        return new Peer(other, by.traffic.of(other), by.settings.connections(), by.loops, by.dialer);
    }

    /** Equal stretches, one a connection, none below a chunk. */
    private List<Stretch> split(Fetch fetch, int from, int to) {
        int floats = to - from;
        int chunk = by.settings.chunk() / Float.BYTES;
        int count = Math.max(1, Math.min(by.settings.connections(), floats / chunk));
        List<Stretch> stretches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stretches.add(new Stretch(
                    fetch, from + (int) ((long) floats * i / count), from + (int) ((long) floats * (i + 1) / count)));
        }
        return stretches;
    }

    /** Ends what has failed and is still under way from there. */
    void sweep(String address) {
        Optional.ofNullable(peers.get(address)).ifPresent(Peer::sweep);
    }

    /** All that is under way fails, and whatever is asked for later. */
    void fail() {
        closed = true;
        fetches.forEach(fetch -> fetch.fail(new FetchException(fetch.handle(), CLOSED)));
    }

    /** Nothing writes to the fetches' arrays any more, so they may end though their stretches have not. */
    void end() {
        fetches.forEach(Fetch::end);
    }
}
