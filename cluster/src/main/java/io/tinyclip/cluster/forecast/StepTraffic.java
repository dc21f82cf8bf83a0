package io.tinyclip.cluster.forecast;

import io.tinyclip.model.Layout;
import io.tinyclip.optimize.TrainedRanges;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.rounding.Rounding;
import java.util.List;

/**
 * Bytes of bulk data that a step moves between processes, by what the data plane fetches: into each worker the weights once, and
 * features and log-sum-exps of the partitions that others have; out of it one sum for each maximal subtree of its partitions, a
 * range of it to each server; and each server's summed range to whoever keeps the copy of it. The coordinator's are messages, of
 * some kilobytes, and a checkpoint's ranges go by the disk.
 *
 * @param weights bytes of the vector as workers get it in each step but a phase's first, which is whole
 * @param gradient bytes of one sum, as far as it is fetched
 * @param partition bytes of a partition's features and log-sum-exps
 * @param partitions V
 */
public record StepTraffic(long weights, long gradient, long partition, int partitions) {
    private static final int SETS = 2;
    private static final int HALF = 2;

    /** What goes into one process in a step, and out of it. */
    public record Bytes(long receives, long sends) {}

    /**
     * Of a student.
     *
     * @param embeddings E of the student, then of each teacher
     */
    public static StepTraffic of(RunPlan plan, Layout layout, List<Integer> embeddings) {
        long floats = SETS * (long) embeddings.stream().mapToInt(e -> e).sum();
        long pair = floats * bytes(plan.wire().features())
                + (long) Float.BYTES * plan.loss().logSumExps();
        long trained = TrainedRanges.count(plan.optimizer(), layout);
        return new StepTraffic(
                bytes(plan.wire().weights()) * trained,
                bytes(plan.wire().gradients()) * trained,
                pair * plan.partitionSize(),
                plan.partitions());
    }

    private static int bytes(Rounding rounding) {
        return rounding == Rounding.FP32 ? Float.BYTES : HALF;
    }

    /** Of the worker with the most partitions, all alike as leases begin. */
    public Bytes worker(int workers) {
        if (workers == 1) {
            return new Bytes(weights, gradient);
        }
        long receives = 0;
        long sends = 0;
        for (int worker = 0; worker < workers; worker++) {
            int from = from(worker, workers);
            int to = from(worker + 1, workers);
            if (from < to) {
                int own = to - from;
                receives = Math.max(receives, weights + (partitions - own) * partition);
                sends = Math.max(sends, sums(from, to) * gradient + (long) own * (workers - 1) * partition);
            }
        }
        return new Bytes(receives, sends);
    }

    /** Of one of so many servers with equal ranges. */
    public Bytes server(int workers, int servers) {
        long sums = 0;
        long busy = 0;
        for (int worker = 0; worker < workers; worker++) {
            int from = from(worker, workers);
            int to = from(worker + 1, workers);
            sums += from < to ? sums(from, to) : 0;
            busy += from < to ? 1 : 0;
        }
        long copy = copies(servers) / servers;
        return new Bytes(sums * gradient / servers + copy, busy * weights / servers + copy);
    }

    /** Of all ranges' sums that go to who keeps copies: where there is but one server nobody does. */
    public long copies(int servers) {
        return servers > 1 ? gradient : 0;
    }

    /** Fetched by all workers and servers together, without what copies take. */
    public long fetched(int workers) {
        long fetched = server(workers, 1).receives;
        for (int worker = 0; worker < workers; worker++) {
            int own = from(worker + 1, workers) - from(worker, workers);
            fetched += own > 0 ? weights + (partitions - own) * partition : 0;
        }
        return fetched;
    }

    private int from(int worker, int workers) {
        return (int) ((long) partitions * worker / workers);
    }

    private static long sums(int from, int to) {
        return Node.covering(from, to).size();
    }
}
