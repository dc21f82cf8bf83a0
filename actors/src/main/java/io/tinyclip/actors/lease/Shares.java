package io.tinyclip.actors.lease;

import io.tinyclip.actors.message.Lease;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Deals partitions to workers in contiguous runs. Each partition goes to whoever would be done with it first, so that no
 * other cut into whole partitions has its slowest worker done sooner; where two would be, to the one named first. Whoever
 * gets none would make all others wait for its first one.
 */
public final class Shares {
    /** Of workers whose speeds are not known, or do not count. */
    public static final Shares EQUAL = new Shares(Map.of());

    private record Taker(int worker, int place, int partitions, double speed) {
        private static final Comparator<Taker> BY_END =
                Comparator.comparingDouble(Taker::endOfNext).thenComparingInt(Taker::place);

        /** When one partition more would be done. */
        private double endOfNext() {
            return (partitions + 1) / speed;
        }

        private Taker withNext() {
            return new Taker(worker, place, partitions + 1, speed);
        }
    }

    private final Map<Integer, Double> speeds;
    private final double usual;

    /** @param speeds of workers, above 0, in any unit; a worker that is not among them is as fast as their mean */
    Shares(Map<Integer, Double> speeds) {
        this.speeds = Map.copyOf(speeds);
        this.usual = speeds.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(1);
    }

    /** Cuts all partitions of a step, from 0 on. */
    public List<Lease> cut(int partitions, List<Integer> workers) {
        return speeds.isEmpty()
                ? Lease.cut(0, partitions, workers.subList(0, Math.min(partitions, workers.size())))
                : cut(0, partitions, workers, List.of());
    }

    /**
     * Cuts partitions {@code [from, to)} for workers that may have others already.
     *
     * @param had what the workers have, beside leases of others
     */
    public List<Lease> cut(int from, int to, List<Integer> workers, List<Lease> had) {
        PriorityQueue<Taker> takers = new PriorityQueue<>(Taker.BY_END);
        for (int place = 0; place < workers.size(); place++) {
            int worker = workers.get(place);
            int busy = had.stream()
                    .filter(lease -> lease.worker() == worker)
                    .mapToInt(lease -> lease.to() - lease.from())
                    .sum();
            takers.add(new Taker(worker, place, busy, speeds.getOrDefault(worker, usual)));
        }
        Map<Integer, Integer> dealt = new TreeMap<>();
        for (int partition = from; partition < to; partition++) {
            Taker first = takers.remove();
            dealt.merge(first.place, 1, Integer::sum);
            takers.add(first.withNext());
        }
        return runs(from, dealt, workers);
    }

    private static List<Lease> runs(int from, Map<Integer, Integer> dealt, List<Integer> workers) {
        List<Lease> leases = new ArrayList<>();
        int start = from;
        for (Map.Entry<Integer, Integer> entry : dealt.entrySet()) {
            leases.add(new Lease(workers.get(entry.getKey()), start, start + entry.getValue()));
            start += entry.getValue();
        }
        return leases;
    }
}
