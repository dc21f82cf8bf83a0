package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.worker.WorkerState.Announcement;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Which partitions' features and log-sum-exps are here in a step, its own and its peers'. Of each partition:
 *
 * <pre>
 * unknown    announced              -> fetching
 * fetching   announced by another   -> fetching from that one as well: the first may be dead
 * fetching   announced again        -> as before: what is on its way is not begun again
 * fetching   could not be had       -> unknown, until it is announced again
 * any        fetched, or computed   -> here, and not fetched any more
 * </pre>
 *
 * What is announced of a step that is not known here yet is kept until it is; the oldest goes where that is too much.
 */
final class WorkerArrivals {
    /** Announcements a partition that are kept early: both kinds, from as many as two workers. */
    private static final int MOST_EARLY = 4;

    private final int partitions;
    private final Arrivals features = new Arrivals();
    private final Arrivals logSumExps = new Arrivals();
    private final Queue<Announcement> early = new ArrayDeque<>();

    /** @param partitions V */
    WorkerArrivals(int partitions) {
        this.partitions = partitions;
    }

    Arrivals features() {
        return features;
    }

    Arrivals logSumExps() {
        return logSumExps;
    }

    /** Keeps what may be of the next step. */
    void keep(Announcement announced) {
        early.add(announced);
        if (early.size() > MOST_EARLY * partitions) {
            early.remove();
        }
    }

    /** Another step begins. @return what has been announced of it */
    List<Announcement> begin(Stamp stamp) {
        features.clear();
        logSumExps.clear();
        List<Announcement> held =
                early.stream().filter(it -> stamp.equals(it.stamp())).toList();
        early.clear();
        return held;
    }

    /** A peer has something of this step. @return what is to be fetched, if it is wanted */
    Optional<WorkerEffect> fetch(Announcement announced) {
        return switch (announced.of()) {
            case FEATURES ->
                features.wants(announced)
                        ? Optional.of(new WorkerEffect.FetchFeatures(
                                announced.partition(), announced.handle(), announced.floats()))
                        : Optional.empty();
            case LOG_SUM_EXPS ->
                logSumExps.wants(announced)
                        ? Optional.of(new WorkerEffect.FetchLogSumExps(announced.partition(), announced.handle()))
                        : Optional.empty();
        };
    }

    /** Whether gradients can be computed. */
    boolean complete() {
        return features.complete() && logSumExps.complete();
    }

    /** Of one kind: which partitions' values are here, and from where others are being fetched. */
    final class Arrivals {
        private final BitSet here = new BitSet();
        private final Map<Integer, Set<Handle>> fetching = new HashMap<>();

        private boolean wants(Announcement announced) {
            int partition = announced.partition();
            return !here.get(partition)
                    && fetching.computeIfAbsent(partition, first -> new HashSet<>())
                            .add(announced.handle());
        }

        void here(int partition) {
            here.set(partition);
        }

        boolean isHere(int partition) {
            return here.get(partition);
        }

        void gone(int partition, Handle handle) {
            fetching.getOrDefault(partition, new HashSet<>()).remove(handle);
        }

        boolean complete() {
            return here.cardinality() == partitions;
        }

        private void clear() {
            here.clear();
            fetching.clear();
        }
    }
}
