package io.tinyclip.actors;

import io.tinyclip.actors.TimedNetwork.Machine;
import io.tinyclip.actors.TimedNetwork.Resource;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.function.Supplier;

/** Performs a {@link ShardState}'s effects in simulated time. */
final class TimedShard {
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
        perform(state.reduce(reduce.stamp(), reduce.sparsityTarget()));
    }

    void subtree(Stamp stamp, Node node, Handle handle, Dispute.Answer answer) {
        perform(state.subtreeReady(stamp, node, handle, answer));
    }

    void commit(ShardState.Order order) {
        perform(state.commit(order));
    }

    private void perform(List<ShardEffect> effects) {
        effects.forEach(this::perform);
    }

    private void perform(ShardEffect effect) {
        TimedCluster.Speeds speeds = cluster.speeds();
        if (effect instanceof ShardEffect.FetchSlice fetch) {
            Machine owner =
                    cluster.worker(Integer.parseInt(fetch.handle().address())).machine();
            long bytes = (long) cluster.workload().floatBytes() * range.length();
            network.fetch(
                    machine,
                    owner,
                    bytes,
                    () -> work(speeds.addFloat(), () -> state.sliceAdded(fetch.stamp(), fetch.node())));
        } else if (effect instanceof ShardEffect.FinishReduction finish) {
            work(speeds.finishFloat(), () -> state.reductionFinished(finish.stamp()));
        } else if (effect instanceof ShardEffect.Apply apply) {
            work(speeds.applyFloat(), () -> state.applied(apply.order().next()));
        } else if (effect instanceof ShardEffect.ReplyReduced reduced) {
            double[] norms = new double[0];
            long bytes = cluster.sizes().reduced(range.length());
            cluster.tell(machine, bytes, run -> run.reduced(reduced.stamp(), number, norms, Double.NaN));
        } else if (effect instanceof ShardEffect.ReplyReady ready) {
            Handle weights = new Handle("server-" + number, "weights", range.length());
            Published published = new Published(weights, weights, weights, weights);
            long bytes = cluster.sizes().announcement();
            cluster.tell(machine, bytes, run -> run.shardReady(ready.stamp(), number, published));
        }
    }

    private void work(double secondsOfFloat, Supplier<List<ShardEffect>> then) {
        network.work(machine, Resource.ARITHMETIC, secondsOfFloat * range.length(), () -> perform(then.get()));
    }
}
