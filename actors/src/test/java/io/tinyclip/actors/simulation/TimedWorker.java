package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.simulation.TimedNetwork.Machine;
import io.tinyclip.actors.simulation.TimedNetwork.Resource;
import io.tinyclip.actors.worker.GradientShare;
import io.tinyclip.actors.worker.WorkerEffect;
import io.tinyclip.actors.worker.WorkerState;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** Performs a {@link WorkerState}'s effects in simulated time. An address in the data plane is a worker's number. */
final class TimedWorker implements WorkerEffect.Handler {
    private final TimedCluster cluster;
    private final TimedNetwork network;
    private final int number;
    private final Machine machine = new Machine();
    private final WorkerState state;
    private final Deque<Task> tasks = new ArrayDeque<>();
    private Optional<RunEffect.SendStep> step = Optional.empty();
    private BitSet taught = new BitSet();
    private BitSet taughtNext = new BitSet();
    private boolean computing;
    private boolean weighed;
    private int shardsHere;

    /** @param seconds is asked when the task begins */
    private record Task(DoubleSupplier seconds, Runnable then) {}

    TimedWorker(TimedCluster cluster, int number) {
        this.cluster = cluster;
        this.network = cluster.network();
        this.number = number;
        this.state = new WorkerState(cluster.workload().plan().partitions());
    }

    Machine machine() {
        return machine;
    }

    void step(RunEffect.SendStep message) {
        if (step.filter(before -> before.stamp().equals(message.stamp())).isEmpty()) {
            taught = taughtNext;
            taughtNext = new BitSet();
            weighed = false;
        }
        step = Optional.of(message);
        tell(run -> run.heard(message.stamp(), number, false));
        List<Range> own = message.leases().stream()
                .filter(lease -> lease.worker() == number)
                .map(lease -> new Range(lease.from(), lease.to()))
                .toList();
        perform(state.step(message.stamp(), message.attempt(), own));
    }

    private void perform(List<WorkerEffect> effects) {
        effects.forEach(effect -> effect.on(this));
    }

    private Stamp stamp() {
        return step.orElseThrow().stamp();
    }

    @Override
    public void forgetStep(WorkerEffect.ForgetStep forget) {}

    @Override
    public void refuse(WorkerEffect.Refuse refuse) {}

    @Override
    public void install(WorkerEffect.Install install) {
        fetchWeights(stamp());
    }

    @Override
    public void prepare(WorkerEffect.Prepare prepare) {
        teach(stamp(), taught, prepare.partition());
    }

    @Override
    public void prepareNext(WorkerEffect.PrepareNext next) {
        teach(stamp(), taughtNext, next.partition());
    }

    @Override
    public void computeFeatures(WorkerEffect.ComputeFeatures task) {
        Stamp stamp = stamp();
        TimedCluster.Speeds speeds = cluster.speeds();
        BitSet known = taught;
        compute(
                () -> speeds.features() + (known.get(task.partition()) ? 0 : speeds.teacher()),
                () -> state.featuresComputed(stamp, task.partition()));
    }

    @Override
    public void computeLogSumExps(WorkerEffect.ComputeLogSumExps task) {
        Stamp stamp = stamp();
        compute(cluster.speeds()::logSumExps, () -> state.logSumExpsComputed(stamp, task.partition()));
    }

    @Override
    public void computeGradient(WorkerEffect.ComputeGradient task) {
        Stamp stamp = stamp();
        compute(
                cluster.speeds()::gradient,
                () -> state.gradientComputed(stamp, task.partition(), new GradientShare(0, 0)));
    }

    @Override
    public void fetchFeatures(WorkerEffect.FetchFeatures fetch) {
        Stamp stamp = stamp();
        long bytes = cluster.workload().featureBytes();
        fetch(fetch.handle(), bytes, () -> state.featuresFetched(stamp, fetch.partition()));
    }

    @Override
    public void fetchLogSumExps(WorkerEffect.FetchLogSumExps fetch) {
        Stamp stamp = stamp();
        long bytes = cluster.workload().logSumExpBytes();
        fetch(fetch.handle(), bytes, () -> state.logSumExpsFetched(stamp, fetch.partition()));
    }

    @Override
    public void announceFeatures(WorkerEffect.AnnounceFeatures announce) {
        Stamp stamp = stamp();
        announce(stamp, WorkerState.Values.FEATURES, announce.partition());
        tell(run -> run.reached(stamp, number, announce.partition(), Reached.FEATURES));
    }

    @Override
    public void announceLogSumExps(WorkerEffect.AnnounceLogSumExps announce) {
        Stamp stamp = stamp();
        announce(stamp, WorkerState.Values.LOG_SUM_EXPS, announce.partition());
        tell(run -> run.reached(stamp, number, announce.partition(), Reached.LOG_SUM_EXPS));
    }

    @Override
    public void announceSubtree(WorkerEffect.AnnounceSubtree announce) {
        announce(stamp(), announce.node());
    }

    @Override
    public void tellDone(WorkerEffect.TellDone done) {
        Stamp stamp = stamp();
        tell(run -> run.partitionDone(new CoordinatorCommand.PartitionDone(stamp, number, done.partition(), 0, 0)));
    }

    private void tell(Function<RunState, List<RunEffect>> fact) {
        cluster.tell(machine, cluster.sizes().announcement(), fact);
    }

    private void fetchWeights(Stamp stamp) {
        shardsHere = 0;
        for (TimedShard shard : cluster.shards()) {
            long bytes = (long) cluster.workload().floatBytes() * shard.range().length();
            network.fetch(machine, shard.machine(), bytes, () -> shardHere(stamp));
        }
    }

    private void shardHere(Stamp stamp) {
        shardsHere++;
        if (shardsHere == cluster.shards().size()) {
            double seconds = cluster.speeds().installFloat()
                    * cluster.workload().layout().size();
            weighed = true;
            compute(() -> seconds, () -> state.installed(stamp));
        }
    }

    /** Embeds with the teacher what is not embedded yet, unless the step is over or could compute meanwhile. */
    private void teach(Stamp stamp, BitSet known, int partition) {
        enqueue(new Task(
                () -> {
                    boolean over = !stamp.equals(step.orElseThrow().stamp());
                    boolean late = known == taught ? weighed : over;
                    if (over || late || known.get(partition)) {
                        return 0;
                    }
                    known.set(partition);
                    return cluster.speeds().teacher();
                },
                () -> {}));
    }

    private void compute(DoubleSupplier seconds, Supplier<List<WorkerEffect>> then) {
        enqueue(new Task(seconds, () -> perform(then.get())));
    }

    private void enqueue(Task task) {
        tasks.add(task);
        next();
    }

    private void next() {
        if (computing || tasks.isEmpty()) {
            return;
        }
        computing = true;
        Task task = tasks.remove();
        network.work(machine, Resource.DEVICE, task.seconds.getAsDouble(), () -> {
            computing = false;
            task.then.run();
            next();
        });
    }

    private void fetch(Handle handle, long bytes, Supplier<List<WorkerEffect>> then) {
        Machine owner = cluster.worker(Integer.parseInt(handle.address())).machine;
        network.fetch(machine, owner, bytes, () -> perform(then.get()));
    }

    private void announce(Stamp stamp, WorkerState.Values values, int partition) {
        int floats = values == WorkerState.Values.FEATURES ? cluster.workload().studentFloats() : 0;
        Handle handle = new Handle(Integer.toString(number), values + "/" + partition, floats);
        WorkerState.Announcement announcement =
                new WorkerState.Announcement(stamp, values, partition, handle, List.of());
        toPeers(peer -> peer.perform(peer.state.announced(announcement)));
    }

    private void toPeers(Consumer<TimedWorker> message) {
        step.orElseThrow().leases().stream()
                .mapToInt(Lease::worker)
                .distinct()
                .filter(peer -> peer != number)
                .mapToObj(cluster::worker)
                .forEach(peer -> network.send(
                        machine, peer.machine, cluster.sizes().announcement(), () -> message.accept(peer)));
    }

    private void announce(Stamp stamp, Node node) {
        Handle handle = new Handle(Integer.toString(number), "gradient/" + node, 0);
        Dispute.Answer answer = new Dispute.Answer(number, 0);
        for (TimedShard shard : cluster.shards()) {
            network.send(
                    machine,
                    shard.machine(),
                    cluster.sizes().announcement(),
                    () -> shard.subtree(stamp, node, handle, answer));
        }
    }
}
