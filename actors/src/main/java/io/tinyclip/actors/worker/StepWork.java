package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker's arrays in one step. Used by the worker's actor alone, but for {@link #add}, {@link #over} and
 * {@link #weighed}. */
final class StepWork {
    private final int partitions;
    private final Rounding gradients;
    private final PartitionFeatures[] features;
    private final float[][] logSumExps;
    private final Map<Node, TreeSum> sums = new HashMap<>();
    private final Map<String, Handle> published = new HashMap<>();
    private WorkerCommand.Step step;
    private volatile boolean weighed;
    private volatile boolean over;

    StepWork(WorkerCommand.Step step, RunPlan plan) {
        this.step = step;
        this.partitions = plan.partitions();
        this.gradients = plan.wire().gradients();
        this.features = new PartitionFeatures[partitions];
        this.logSumExps = new float[partitions][];
    }

    WorkerCommand.Step step() {
        return step;
    }

    /** Takes over the leases of a later attempt at the same step; another message changes nothing. */
    void leaseAgain(WorkerCommand.Step again) {
        if (again.stamp().equals(step.stamp()) && again.attempt() >= step.attempt()) {
            step = again;
        }
    }

    /** The weights are here. */
    void weigh() {
        weighed = true;
    }

    /** Whether the weights are here, so that nothing need be prepared. */
    boolean weighed() {
        return weighed;
    }

    /** Whether a newer step has begun, so that what is still queued need not be computed. */
    boolean over() {
        return over;
    }

    /** Ends the step. @return what was published for it */
    List<Handle> end() {
        over = true;
        List<Handle> handles = new ArrayList<>(published.values());
        published.clear();
        return handles;
    }

    void tellReached(int partition, Reached what) {
        step.coordinator().tell(new CoordinatorCommand.PartitionReached(step.stamp(), step.number(), partition, what));
    }

    void published(Handle handle) {
        published.put(handle.key(), handle);
    }

    void features(int partition, PartitionFeatures values) {
        features[partition] = values;
    }

    PartitionFeatures features(int partition) {
        return features[partition];
    }

    List<PartitionFeatures> allFeatures() {
        return List.of(features);
    }

    void logSumExps(int partition, float[] values) {
        logSumExps[partition] = values;
    }

    float[] logSumExps(int partition) {
        return logSumExps[partition];
    }

    List<float[]> allLogSumExps() {
        return Arrays.asList(logSumExps);
    }

    /** Adds a partition's gradient, which is given away, to a node's sum, rounded where it lies; from any thread. */
    void add(Node node, int partition, float[] gradient) {
        gradients.apply(gradient);
        synchronized (sums) {
            sums.computeIfAbsent(node, it -> new TreeSum(partitions, gradients)).give(new Node(0, partition), gradient);
        }
    }

    /** The sum of a node whose partitions are all in. */
    float[] sum(Node node) {
        synchronized (sums) {
            return Optional.ofNullable(sums.get(node))
                    .flatMap(sum -> sum.sum(node))
                    .orElseThrow(() -> new IllegalStateException(node + " is not complete"));
        }
    }
}
