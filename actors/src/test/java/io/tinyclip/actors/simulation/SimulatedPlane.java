package io.tinyclip.actors.simulation;

import io.tinyclip.actors.plane.Handle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The data plane in simulated time. A fetch takes as long as its bytes do. It fails where what it fetches is gone, a while
 * after its publisher has died or its connection has broken for good, and at once where its asker ends it; while its publisher
 * is frozen, or the link cut, it stands still, and fails after five times the data plane's {@code timeout}.
 */
final class SimulatedPlane {
    private static final long SECOND = SimulatedNetwork.SECOND;
    private static final int MOST_STILL_SECONDS = 50;
    private static final long LONGEST_TORN = 10 * SECOND;
    private static final double LOST_FOR_GOOD = 0.3;
    private static final double WITHOUT_A_WORD = 0.1;

    /** @param nanos that its bytes take */
    private record Publication(SimulatedProcess owner, String value, long nanos) {}

    private static final class Fetch {
        private final SimulatedProcess by;
        private final String what;
        private final Publication of;
        private final Consumer<Optional<String>> then;
        private boolean over;
        private int stillSeconds;

        Fetch(SimulatedProcess by, String what, Publication of, Consumer<Optional<String>> then) {
            this.by = by;
            this.what = what;
            this.of = of;
            this.then = then;
        }
    }

    /** Fetches for one thing, that end once it is over. */
    final class Errand {
        private final SimulatedProcess by;
        private final List<Fetch> fetches = new ArrayList<>();
        private boolean closed;

        private Errand(SimulatedProcess by) {
            this.by = by;
        }

        /** Fetches the same share of all, and says what they are once each has come or failed. */
        void fetch(String what, List<Handle> handles, double share, Consumer<Optional<List<String>>> then) {
            List<Optional<String>> results = new ArrayList<>();
            for (Handle handle : handles) {
                fetch(what, handle, share, result -> {
                    results.add(result);
                    if (results.size() == handles.size()) {
                        boolean all = results.stream().allMatch(Optional::isPresent);
                        then.accept(
                                all
                                        ? Optional.of(results.stream()
                                                .map(Optional::get)
                                                .toList())
                                        : Optional.empty());
                    }
                });
            }
        }

        /** Fetches one, or a part of it. @param share of its bytes, of 1 */
        void fetch(String what, Handle handle, double share, Consumer<Optional<String>> then) {
            Publication found = published.get(handle.key());
            Fetch fetch = new Fetch(by, what, found, then);
            fetches.removeIf(ended -> ended.over);
            if (found == null || closed) {
                fail(fetch);
            } else {
                fetches.add(fetch);
                begin(fetch, share);
            }
        }

        void close() {
            closed = true;
            fetches.forEach(SimulatedPlane.this::fail);
        }
    }

    private final SimulatedNetwork network;
    private final Random random;
    private final Map<String, Publication> published = new HashMap<>();
    private final Set<Fetch> underWay = new LinkedHashSet<>();
    private double torn;

    /** @param torn share of fetches whose connection breaks, of 1 */
    SimulatedPlane(SimulatedNetwork network, Random random, double torn) {
        this.network = network;
        this.random = random;
        this.torn = torn;
    }

    /** From now on no connection breaks by itself. */
    void calmDown() {
        torn = 0;
    }

    /** Whether connections break by themselves. */
    boolean tears() {
        return torn > 0;
    }

    /** @param nanos that its bytes take to come to anybody */
    Handle publish(SimulatedProcess owner, String key, String value, long nanos) {
        Publication before = published.put(key, new Publication(owner, value, nanos));
        if (before != null) {
            failAll(fetch -> fetch.of == before);
        }
        return new Handle("simulated", key, value.length());
    }

    /** Ends what this owner has published so. */
    void release(SimulatedProcess owner, Handle handle) {
        Publication found = published.get(handle.key());
        if (found != null && found.owner == owner) {
            published.remove(handle.key());
            failAll(fetch -> fetch.of == found);
        }
    }

    /** Its sockets close, as a rule; a machine without power says nothing. */
    void died(SimulatedProcess owner) {
        published.values().removeIf(publication -> publication.owner == owner);
        if (random.nextDouble() >= WITHOUT_A_WORD) {
            failAll(fetch -> fetch.of.owner == owner);
        }
    }

    private void failAll(Predicate<Fetch> which) {
        List.copyOf(underWay).stream().filter(which).forEach(SimulatedPlane.this::fail);
    }

    Errand errand(SimulatedProcess by) {
        return new Errand(by);
    }

    /** Whether bytes that a process has asked for, or others of it, are on their way. */
    boolean moves(SimulatedProcess process) {
        return underWay.stream()
                .anyMatch(fetch -> (fetch.by == process || fetch.of.owner == process) && !standsStill(fetch));
    }

    private boolean standsStill(Fetch fetch) {
        SimulatedProcess owner = fetch.of.owner;
        return !owner.alive() || owner.frozen() || network.isCut(fetch.by, owner);
    }

    private void begin(Fetch fetch, double share) {
        underWay.add(fetch);
        double slowness = Math.max(fetch.by.slowness(), fetch.of.owner.slowness());
        long takes = 1 + (long) (fetch.of.nanos * share * (0.7 + random.nextDouble()) * slowness);
        if (torn > 0 && random.nextDouble() < torn) {
            long breaks = (long) (takes * random.nextDouble());
            long noticed = (long) (LONGEST_TORN * random.nextDouble());
            if (random.nextDouble() < LOST_FOR_GOOD) {
                network.transfer(breaks + noticed, () -> fail(fetch));
                return;
            }
            takes += noticed;
        }
        network.transfer(takes, () -> arrive(fetch));
    }

    private void arrive(Fetch fetch) {
        if (fetch.over) {
            return;
        }
        if (!standsStill(fetch)) {
            end(fetch, Optional.of(fetch.of.value));
        } else if (fetch.stillSeconds++ < MOST_STILL_SECONDS) {
            network.transfer(SECOND, () -> arrive(fetch));
        } else {
            fail(fetch);
        }
    }

    private void fail(Fetch fetch) {
        end(fetch, Optional.empty());
    }

    private void end(Fetch fetch, Optional<String> result) {
        if (!fetch.over) {
            fetch.over = true;
            underWay.remove(fetch);
            String how = result.isPresent() ? "fetched " : "not fetched ";
            network.work(how + fetch.what, fetch.by, 0, () -> fetch.then.accept(result));
        }
    }
}
