package io.tinyclip.actors.lease;

import io.tinyclip.actors.message.Lease;
import io.tinyclip.plan.Cursor;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * Which partitions of a step a second worker computes too, so that servers compare the two sums: each with the same
 * chance, drawn from the run's seed and the step. A partition that is drawn is a lease of its own, as just its sum is
 * compared. Whoever has no lease is asked before those who have.
 */
final class SecondAnswers {
    /** Keeps these draws from those of anything else. */
    private static final long PURPOSE = 0x7365636f6e64L;

    private final double share;
    private final long seed;

    /** @param share of partitions, 0 to 1 */
    SecondAnswers(double share, long seed) {
        this.share = share;
        this.seed = seed;
    }

    /** Whether a partition of a step is drawn. */
    boolean drawn(Cursor step, int partition) {
        return Counter.uniform(key(step), partition) < share;
    }

    private long key(Cursor step) {
        return Counter.key(seed, PURPOSE, step.stage(), step.phase().ordinal(), step.step());
    }

    /**
     * Adds seconds to leases.
     *
     * @param leases of every partition
     * @param workers that may compute, at least two
     */
    Leasing.Dealt of(Cursor step, List<Lease> leases, List<Integer> workers) {
        List<Integer> holders = leases.stream().map(Lease::worker).toList();
        List<Integer> spares =
                workers.stream().filter(it -> !holders.contains(it)).toList();
        List<Lease> cut = new ArrayList<>();
        List<Lease> seconds = new ArrayList<>();
        for (Lease lease : leases) {
            for (Lease part : parts(step, lease)) {
                cut.add(part);
                if (drawn(step, part.from())) {
                    int second = second(step, part, spares.isEmpty() ? workers : spares);
                    seconds.add(new Lease(second, part.from(), part.to()));
                }
            }
        }
        return new Leasing.Dealt(cut, seconds);
    }

    /** Each drawn partition of a lease by itself, and what lies between them. */
    private List<Lease> parts(Cursor step, Lease lease) {
        List<Lease> parts = new ArrayList<>();
        int from = lease.from();
        for (int p = from + 1; p <= lease.to(); p++) {
            if (p == lease.to() || drawn(step, p - 1) || drawn(step, p)) {
                parts.add(new Lease(lease.worker(), from, p));
                from = p;
            }
        }
        return parts;
    }

    private int second(Cursor step, Lease first, List<Integer> workers) {
        List<Integer> others =
                workers.stream().filter(it -> it != first.worker()).toList();
        return others.get(Counter.below(key(step), -1L - first.from(), others.size()));
    }
}
