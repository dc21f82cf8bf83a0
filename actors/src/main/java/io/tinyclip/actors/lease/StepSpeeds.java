package io.tinyclip.actors.lease;

import io.tinyclip.actors.message.Lease;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** What workers tell of a step's computing. */
public final class StepSpeeds {
    private static final double NANOS = 1e9;

    private static final class Computed {
        private final BitSet partitions = new BitSet();
        private long nanos;
    }

    private final Map<Integer, Computed> workers = new TreeMap<>();

    /**
     * A worker has a gradient; told again, it changes nothing.
     *
     * @param nanos that the worker has computed by then since it had the step's weights; 0 where it does not measure
     */
    public void computed(int worker, int partition, long nanos) {
        Computed known = workers.computeIfAbsent(worker, it -> new Computed());
        if (partition >= 0 && !known.partitions.get(partition)) {
            known.partitions.set(partition);
            known.nanos = Math.max(known.nanos, nanos);
        }
    }

    /** Partitions a second, of those who have told of all that they had leased. */
    public Map<Integer, Double> of(Iterable<Lease> leases) {
        Map<Integer, BitSet> leased = new TreeMap<>();
        leases.forEach(lease ->
                leased.computeIfAbsent(lease.worker(), it -> new BitSet()).set(lease.from(), lease.to()));
        Map<Integer, Double> speeds = new TreeMap<>();
        workers.forEach((worker, computed) -> {
            BitSet untold = leased.getOrDefault(worker, new BitSet());
            boolean has = !untold.isEmpty();
            untold.andNot(computed.partitions);
            if (has && untold.isEmpty() && computed.nanos > 0) {
                speeds.put(worker, computed.partitions.cardinality() * NANOS / computed.nanos);
            }
        });
        return speeds;
    }
}
