package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.shard.AnnouncedSum;
import io.tinyclip.actors.shard.ShardEffect;
import io.tinyclip.actors.shard.ShardState;
import io.tinyclip.actors.simulation.TimedNetwork.Machine;
import io.tinyclip.actors.simulation.TimedNetwork.Resource;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.function.Supplier;

/** Performs a {@link ShardState}'s effects in simulated time, those of a step: the others take none. */
final class TimedShard implements ShardEffect.Handler {
    private final TimedCluster cluster;
    private final TimedNetwork network;
    private final int number;
    private final Range range;
    private final Machine machine = new Machine();
    private final ShardState state;

    TimedShard(TimedCluster cluster, int number, Range range) {
        this.cluster = cluster;
        this.network = cluster.network();
        this.number = number;
        this.range = range;
        this.state = new ShardState(cluster.workload().plan().partitions());
    }

    Machine machine() {
        return machine;
    }

    Range range() {
        return range;
    }

    /** Is not part of a step: takes no time. */
    void load(Stamp stamp) {
        state.load(stamp);
        perform(state.loaded(stamp));
    }

    void reduce(RunEffect.SendReduce reduce) {
        perform(state.reduce(
                reduce.stamp(), reduce.sparsityTarget(), reduce.leases().shownBy(Integer::toString), false));
    }

    void subtree(Stamp stamp, Node node, Handle handle, Dispute.Answer answer) {
        String token = Integer.toString(answer.worker());
        perform(state.subtreeReady(stamp, new AnnouncedSum(node, handle, answer, 0, token)));
    }

    void commit(CommitOrder order) {
        perform(state.commit(order));
    }

    private void perform(List<ShardEffect> effects) {
        effects.forEach(effect -> effect.on(this));
    }

    @Override
    public void fetchSlice(ShardEffect.FetchSlice fetch) {
        Machine owner =
                cluster.worker(Integer.parseInt(fetch.handle().address())).machine();
        long bytes = (long) cluster.workload().floatBytes() * range.length();
        network.fetch(
                machine,
                owner,
                bytes,
                () -> work(cluster.speeds().addFloat(), () -> state.sliceAdded(fetch.stamp(), fetch.node())));
    }

    @Override
    public void finishReduction(ShardEffect.FinishReduction finish) {
        work(cluster.speeds().finishFloat(), () -> state.reductionFinished(finish.stamp()));
    }

    @Override
    public void apply(ShardEffect.Apply apply) {
        work(cluster.speeds().applyFloat(), () -> state.applied(apply.order().next()));
    }

    @Override
    public void replyReduced(ShardEffect.ReplyReduced reduced) {
        double[] norms = new double[0];
        long bytes = cluster.sizes().reduced(range.length());
        cluster.tell(machine, bytes, run -> run.reduced(reduced.stamp(), number, norms, Double.NaN));
    }

    @Override
    public void replyReady(ShardEffect.ReplyReady ready) {
        Handle weights = new Handle("server-" + number, "weights", range.length());
        Published published = new Published(weights, weights, weights, weights);
        long bytes = cluster.sizes().announcement();
        cluster.tell(machine, bytes, run -> run.shardReady(ready.stamp(), number, published));
    }

    @Override
    public void read(ShardEffect.Read it) {}

    @Override
    public void publish(ShardEffect.Publish it) {}

    @Override
    public void replyHolds(ShardEffect.ReplyHolds it) {}

    @Override
    public void offerGradient(ShardEffect.OfferGradient it) {}

    @Override
    public void freeOld(ShardEffect.FreeOld it) {}

    @Override
    public void freeAll(ShardEffect.FreeAll it) {}

    @Override
    public void tellDisputed(ShardEffect.TellDisputed it) {}

    @Override
    public void decide(ShardEffect.Decide it) {}

    @Override
    public void replyDecided(ShardEffect.ReplyDecided it) {}

    @Override
    public void gatherRange(ShardEffect.GatherRange it) {}

    @Override
    public void refuse(ShardEffect.Refuse it) {}

    @Override
    public void refuseSum(ShardEffect.RefuseSum it) {}

    @Override
    public void rejectSum(ShardEffect.RejectSum it) {}

    private void work(double secondsOfFloat, Supplier<List<ShardEffect>> then) {
        network.work(machine, Resource.ARITHMETIC, secondsOfFloat * range.length(), () -> perform(then.get()));
    }
}
