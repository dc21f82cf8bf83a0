package io.tinyclip.actors.worker;

import io.tinyclip.actors.worker.WorkerEffect.ComputeFeatures;
import io.tinyclip.actors.worker.WorkerEffect.ComputeGradient;
import io.tinyclip.actors.worker.WorkerEffect.ComputeLogSumExps;
import io.tinyclip.actors.worker.WorkerEffect.Prepare;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What a worker can begin to compute of its own partitions, and has begun, each once a step.
 *
 * <pre>
 * features       of what is leased
 * log-sum-exps   of what is leased, with all partitions' features
 * gradient       with all log-sum-exps, of what was forwarded here
 * </pre>
 *
 * What another worker computes first comes after all of that, and each from the one before: features, log-sum-exps and
 * gradient. Nobody waits for it, and nobody is told more of it than its sum.
 *
 * A gradient needs its partition's forward to have been computed here, even where the features came from a peer that is
 * lost.
 */
final class WorkerTasks {
    private final BitSet preparations = new BitSet();
    private final BitSet forwards = new BitSet();
    private final BitSet forwarded = new BitSet();
    private final BitSet sums = new BitSet();
    private final BitSet summed = new BitSet();
    private final BitSet gradients = new BitSet();

    void clear() {
        preparations.clear();
        forwards.clear();
        forwarded.clear();
        sums.clear();
        summed.clear();
        gradients.clear();
    }

    /** A partition's forward was computed here. */
    void forwarded(int partition) {
        forwarded.set(partition);
    }

    List<WorkerEffect> preparations(WorkerSubtrees leased) {
        return begin(leased.own(), preparations, Prepare::new);
    }

    /** A partition's log-sum-exps were computed here. */
    void summed(int partition) {
        summed.set(partition);
    }

    /** Whatever can be computed now, and was not begun. */
    List<WorkerEffect> possible(WorkerSubtrees leased, WorkerArrivals arrivals) {
        List<WorkerEffect> tasks = new ArrayList<>(begin(leased.own(), forwards, ComputeFeatures::new));
        if (arrivals.features().complete()) {
            tasks.addAll(begin(leased.own(), sums, ComputeLogSumExps::new));
        }
        if (arrivals.complete()) {
            BitSet seconds = leased.seconds();
            tasks.addAll(begin(without(forwarded, seconds), gradients, p -> new ComputeGradient(p, leased.nodeOf(p))));
            tasks.addAll(begin(seconds, forwards, ComputeFeatures::new));
            tasks.addAll(begin(both(seconds, forwarded), sums, ComputeLogSumExps::new));
            tasks.addAll(begin(both(seconds, summed), gradients, p -> new ComputeGradient(p, leased.nodeOf(p))));
        }
        return tasks;
    }

    private static BitSet without(BitSet all, BitSet some) {
        BitSet others = (BitSet) all.clone();
        others.andNot(some);
        return others;
    }

    private static BitSet both(BitSet one, BitSet other) {
        BitSet both = (BitSet) one.clone();
        both.and(other);
        return both;
    }

    /** Puts what is in {@code all} into {@code begun} as well. @return a task for each that was not there */
    private static List<WorkerEffect> begin(BitSet all, BitSet begun, IntFunction<WorkerEffect> task) {
        BitSet fresh = without(all, begun);
        begun.or(fresh);
        return fresh.stream().mapToObj(task).toList();
    }
}
