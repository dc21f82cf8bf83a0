package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.TimedNetwork.Machine;
import io.tinyclip.actors.simulation.TimedNetwork.Resource;
import io.tinyclip.actors.wire.MessageSizes;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.RunPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The second step of a run, from commit to commit, by the real states in simulated time. The first is there because what can
 * be prepared for a step is prepared during the one before.
 */
final class TimedCluster extends TwoQuietSteps {
    /**
     * What a step is made of.
     *
     * @param layout of the student's vector
     * @param studentFloats of a partition's image features, and of its text features
     * @param featureBytes of a partition, on the wire
     * @param logSumExpBytes of a partition, on the wire
     * @param floatBytes of a weight, and of a gradient's element, on the wire
     */
    record Workload(
            RunPlan plan, Layout layout, int studentFloats, long featureBytes, long logSumExpBytes, int floatBytes) {}

    /**
     * How long computing takes.
     *
     * @param teacher seconds of a partition's forward of the teacher, which needs no weights
     * @param features seconds of a partition's forward of the student
     * @param logSumExps seconds of a partition's log-sum-exps
     * @param gradient seconds of a partition's loss and backward
     * @param installFloat seconds of installing one weight
     * @param addFloat seconds of adding one element of a slice at a server
     * @param finishFloat seconds of taking one element into the norm
     * @param applyFloat seconds of AdamW for one weight
     */
    record Speeds(
            double teacher,
            double features,
            double logSumExps,
            double gradient,
            double installFloat,
            double addFloat,
            double finishFloat,
            double applyFloat) {}

    private static final long EPOCH = Epoch.first(1);
    private static final RunPolicy POLICY =
            new RunPolicy(true, false, new RunPolicy.Deadline(3, Duration.ofDays(1)), Duration.ZERO);
    private static final int NO_CHECKPOINT = Integer.MAX_VALUE;

    private final Workload workload;
    private final Speeds speeds;
    private final TimedNetwork network;
    private final MessageSizes sizes;
    private final Machine coordinator = new Machine();
    private final List<TimedWorker> workers = new ArrayList<>();
    private final List<TimedShard> shards = new ArrayList<>();
    private final Position start;
    private final RunState run;
    private final List<Double> commits = new ArrayList<>();

    TimedCluster(Workload workload, Speeds speeds, TimedNetwork.Costs costs, int workerCount, int servers) {
        this.workload = workload;
        this.speeds = speeds;
        this.network = new TimedNetwork(costs);
        this.sizes = MessageSizes.of(workload.layout, workerCount, servers);
        List<Range> ranges = Shards.of(workload.layout, servers);
        IntStream.range(0, servers).forEach(i -> shards.add(new TimedShard(this, i, ranges.get(i))));
        IntStream.range(0, workerCount).forEach(i -> workers.add(new TimedWorker(this, i)));
        WidthMap widths = WidthMap.identity(workload.layout.shape().text().width());
        this.start = new Position(workload.plan.start(), workload.layout, 0, widths, 0);
        RunRules rules = new RunRules(workload.plan, NO_CHECKPOINT, workerCount, servers, POLICY);
        this.run = new RunState(rules, start);
        IntStream.range(0, workerCount).forEach(i -> run.workerJoined(i, new Workers.Identity("worker " + i, "")));
        IntStream.range(0, servers).forEach(server -> run.serverJoined(server, ""));
    }

    /** Lives until the second step is committed. @return its seconds */
    double step() {
        run.found(new RunOrigin(EPOCH, start, Optional.empty(), List.of())).forEach(this::perform);
        while (commits.size() < 2) {
            if (!network.step()) {
                throw new IllegalStateException("nothing goes on, and the step is not committed");
            }
        }
        return commits.get(1) - commits.get(0);
    }

    private void countAnew() {
        workers.forEach(worker -> worker.machine().countAnew());
        shards.forEach(shard -> shard.machine().countAnew());
        coordinator.countAnew();
    }

    Machine coordinator() {
        return coordinator;
    }

    List<Machine> workerMachines() {
        return workers.stream().map(TimedWorker::machine).toList();
    }

    List<Machine> serverMachines() {
        return shards.stream().map(TimedShard::machine).toList();
    }

    MessageSizes sizes() {
        return sizes;
    }

    Workload workload() {
        return workload;
    }

    Speeds speeds() {
        return speeds;
    }

    TimedNetwork network() {
        return network;
    }

    TimedWorker worker(int number) {
        return workers.get(number);
    }

    List<TimedShard> shards() {
        return shards;
    }

    /** A message to the coordinator. */
    void tell(Machine from, long bytes, Function<RunState, List<RunEffect>> fact) {
        network.send(from, coordinator, bytes, () -> fact.apply(run).forEach(this::perform));
    }

    /** From the coordinator, except for what each shard does before the first step. */
    private void toShards(long bytes, Consumer<TimedShard> message) {
        shards.forEach(shard -> network.send(coordinator, shard.machine(), bytes, () -> message.accept(shard)));
    }

    /** What follows the second commit is the third step's. */
    private void perform(RunEffect effect) {
        if (commits.size() < 2) {
            effect.on(this);
        }
    }

    @Override
    public void loadShards(RunEffect.LoadShards load) {
        shards.forEach(shard -> shard.load(load.stamp()));
    }

    @Override
    public void sendStep(RunEffect.SendStep step) {
        step.leases().stream()
                .map(Lease::worker)
                .distinct()
                .map(workers::get)
                .forEach(worker -> network.send(coordinator, worker.machine(), sizes.step(), () -> worker.step(step)));
    }

    @Override
    public void sendReduce(RunEffect.SendReduce reduce) {
        toShards(sizes.order(), shard -> shard.reduce(reduce));
    }

    @Override
    public void sendCommit(RunEffect.SendCommit commit) {
        toShards(sizes.order(), shard -> shard.commit(commit.order()));
    }

    @Override
    public void tellStep(RunEffect.TellStep step) {
        commits.add(network.now());
        if (commits.size() == 1) {
            countAnew();
        }
    }

    /** The largest of a resource's busy seconds over machines. */
    static double busiest(List<Machine> machines, Resource resource) {
        return machines.stream()
                .mapToDouble(machine -> machine.busy(resource))
                .max()
                .orElse(0);
    }
}
