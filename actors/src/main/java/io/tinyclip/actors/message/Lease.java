package io.tinyclip.actors.message;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Partitions {@code [from, to)} that a worker computes.
 *
 * @param worker the coordinator's number of the worker
 */
public record Lease(int worker, int from, int to) {
    /** Who has some of the leases, and others behind them; each once. */
    public static List<Integer> workers(List<Lease> leases, List<Integer> others) {
        return Stream.concat(leases.stream().map(Lease::worker), others.stream())
                .distinct()
                .toList();
    }

    /** Cuts partitions {@code [from, to)} into contiguous runs, one a worker, that differ by at most one partition. */
    public static List<Lease> cut(int from, int to, List<Integer> workers) {
        List<Lease> leases = new ArrayList<>();
        int size = to - from;
        int start = from;
        for (int i = 0; i < workers.size(); i++) {
            int end = from + (int) ((long) size * (i + 1) / workers.size());
            if (end > start) {
                leases.add(new Lease(workers.get(i), start, end));
            }
            start = end;
        }
        return leases;
    }
}
