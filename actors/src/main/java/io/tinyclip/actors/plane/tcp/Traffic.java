package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.plane.Link;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts what goes to and from each peer. */
final class Traffic {
    /** Peers that are counted by themselves; nodes that come and go have a new address each time. */
    private static final int MOST_PEERS = 65536;

    private static final String OTHERS = "others";

    private final LongSupplier clock;
    private final Map<String, Counts> peers = new ConcurrentHashMap<>();

    /** @param clock nanoseconds */
    Traffic(LongSupplier clock) {
        this.clock = clock;
    }

    Counts of(String peer) {
        boolean known = peers.size() < MOST_PEERS || peers.containsKey(peer);
        return peers.computeIfAbsent(known ? peer : OTHERS, unknown -> new Counts());
    }

    List<Link> links() {
        return new TreeMap<>(peers)
                .entrySet().stream()
                        .map(peer -> peer.getValue().link(peer.getKey()))
                        .toList();
    }

    /** Of one peer. */
    final class Counts {
        private final LongAdder sent = new LongAdder();
        private final LongAdder received = new LongAdder();
        private int fetches;
        private long begun;
        private long fetching;

        void sent(long bytes) {
            sent.add(bytes);
        }

        void received(long bytes) {
            received.add(bytes);
        }

        synchronized void fetchBegun() {
            if (fetches++ == 0) {
                begun = clock.getAsLong();
            }
        }

        synchronized void fetchEnded() {
            if (--fetches == 0) {
                fetching += clock.getAsLong() - begun;
            }
        }

        private synchronized Link link(String peer) {
            long now = fetches == 0 ? 0 : clock.getAsLong() - begun;
            return new Link(peer, sent.sum(), received.sum(), fetching + now);
        }
    }
}
