package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Errands;
import io.tinyclip.actors.plane.Fetcher;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Gradient;
import io.tinyclip.step.GradientSums;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A worker's arrays in one step. Used by the worker's actor alone, but for {@link #add}, {@link #over} and
 * {@link #weighed}. */
final class StepWork {
    /** Of what a node's sum is published under. */
    static final String SUM = "gradient/";

    private final int partitions;
    private final Rounding gradients;
    private final PartitionFeatures[] features;
    private final float[][] logSumExps;
    private final Map<Node, TreeSum<Gradient>> sums = new HashMap<>();
    private final Map<String, Handle> published = new HashMap<>();
    private final Errands<String> fetches;
    private WorkerCommand.Step step;
    private int readers;
    private long received;
    private long sent;
    private long computedBefore;
    private final Map<Integer, Long> computed = new HashMap<>();
    private volatile boolean weighed;
    private volatile boolean over;

    StepWork(WorkerCommand.Step step, RunPlan plan, DataPlane plane) {
        this.step = step;
        this.partitions = plan.partitions();
        this.gradients = plan.wire().gradients();
        this.features = new PartitionFeatures[partitions];
        this.logSumExps = new float[partitions][];
        this.fetches = new Errands<>(plane);
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

    /** The weights are installed. @param nanos that this worker has computed so far, in whatever step */
    void installed(long nanos) {
        computedBefore = nanos;
    }

    /** Nanoseconds that this worker had computed with the step's weights when it first had a gradient. */
    long computed(int partition, LongSupplier nanos) {
        return computed.computeIfAbsent(partition, it -> nanos.getAsLong() - computedBefore);
    }

    /** Whether the weights are here, so that nothing need be prepared. */
    boolean weighed() {
        return weighed;
    }

    /** Whether a newer step has begun, so that what is still queued need not be computed. */
    boolean over() {
        return over;
    }

    /** Ends the step, and what is fetched for it. @return what was published for it */
    List<Handle> end() {
        synchronized (sums) {
            over = true;
        }
        fetches.endAll();
        List<Handle> handles = new ArrayList<>(published.values());
        published.clear();
        return handles;
    }

    void tellReached(int partition, Reached what) {
        step.coordinator().tell(new CoordinatorCommand.PartitionReached(step.stamp(), step.number(), partition, what));
    }

    /** What is published under a name: once a step, as that would end fetches of the same floats that are under way. */
    Handle published(String name, Supplier<Handle> publish) {
        return published.computeIfAbsent(name, unknown -> publish.get());
    }

    /** Fetches for one thing that this step needs. */
    Fetcher fetching(String what) {
        return fetches.of(what);
    }

    /** It is here: whoever else was asked for it need not send it any more. */
    void here(String what) {
        fetches.end(what);
    }

    /**
     * Whether anything has come for this step, or gone that may be a sum of it, since this was asked last.
     *
     * @param sentNow bytes that have gone from this machine
     */
    boolean transfers(long sentNow) {
        boolean comes = fetches.received() > received;
        boolean goes = sentNow > sent && published.keySet().stream().anyMatch(key -> key.contains(SUM));
        received = fetches.received();
        sent = sentNow;
        return comes || goes;
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
    void add(Node node, int partition, Gradient gradient) {
        gradient.round(gradients);
        synchronized (sums) {
            if (over) {
                gradient.free();
                return;
            }
            TreeSum<Gradient> sum =
                    sums.computeIfAbsent(node, it -> new TreeSum<>(partitions, new GradientSums(gradients)));
            sum.give(new Node(0, partition), gradient);
            sum.sum(node).ifPresent(Gradient::onHost); // here, so that the actor finds it copied
        }
    }

    /** The sum of a node whose partitions are all in, to be read until {@link #read}. */
    FloatVector sum(Node node) {
        synchronized (sums) {
            FloatVector found = Optional.ofNullable(sums.get(node))
                    .flatMap(sum -> sum.sum(node))
                    .map(Gradient::onHost)
                    .orElseThrow(() -> new IllegalStateException(node + " is not complete"));
            readers++;
            return found;
        }
    }

    /** Who asked for a sum has read it. */
    void read() {
        synchronized (sums) {
            readers--;
        }
    }

    /** After the end, and once nothing is published: sums may be written over, but for those that may still be read. */
    void reuse() {
        synchronized (sums) {
            sums.forEach((node, sum) -> {
                if (readers == 0 || sum.sum(node).isEmpty()) {
                    sum.clear();
                }
            });
            sums.clear();
        }
    }
}
