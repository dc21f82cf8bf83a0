package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Performs a {@link ShardState}'s effects; the vector is the name of its version, a gradient the set of its partitions. */
final class SimulatedShard {
    private final SimulatedCluster cluster;
    private final SimulatedNetwork network;
    private final int number;
    private final int partitions;
    private final ShardState state;
    private final List<Published> old = new ArrayList<>();
    private Optional<Published> published = Optional.empty();
    private TreeSum tree;
    private String vector = "";

    SimulatedShard(SimulatedCluster cluster, SimulatedNetwork network, int number, int partitions) {
        this.cluster = cluster;
        this.network = network;
        this.number = number;
        this.partitions = partitions;
        this.state = new ShardState(partitions);
        this.tree = new TreeSum(partitions);
    }

    Optional<Stamp> at() {
        return state.at();
    }

    void onLoad(Stamp stamp) {
        perform(state.load(stamp), Optional.empty());
    }

    void onReduce(RunEffect.SendReduce reduce) {
        perform(state.reduce(reduce.stamp(), reduce.sparsityTarget()), Optional.empty());
    }

    void onSubtree(Stamp stamp, Node node, Handle handle) {
        state.subtreeReady(stamp, node, handle).stream()
                .filter(effect -> !(effect instanceof ShardEffect.Refuse))
                .forEach(this::perform);
    }

    void onCommit(ShardState.Order order) {
        perform(state.commit(order), Optional.empty());
    }

    void onDecide(Stamp stamp) {
        perform(state.decideCut(stamp), Optional.empty());
    }

    void onGather(RunEffect.SendGather gather) {
        perform(state.gather(gather.stamp(), gather.next()), Optional.of(gather));
    }

    private void perform(List<ShardEffect> effects, Optional<RunEffect.SendGather> gather) {
        for (ShardEffect effect : effects) {
            if (effect instanceof ShardEffect.GatherRange) {
                gather(gather.orElseThrow());
            } else if (effect instanceof ShardEffect.Refuse refuse) {
                cluster.tell("refused", run -> run.refused(refuse.reply()));
            } else {
                perform(effect);
            }
        }
    }

    private void perform(ShardEffect effect) {
        if (effect instanceof ShardEffect.Read read) {
            work("read", () -> {
                vector = read.stamp().key();
                return state.loaded(read.stamp());
            });
        } else if (effect instanceof ShardEffect.Publish publish) {
            published.ifPresent(publish.keepOld() ? old::add : this::release);
            Handle weights = publish("weights", publish.stamp());
            published = Optional.of(new Published(
                    weights, weights, publish("first", publish.stamp()), publish("second", publish.stamp())));
        } else if (effect instanceof ShardEffect.FreeOld) {
            old.forEach(this::release);
            old.clear();
        } else if (effect instanceof ShardEffect.FetchSlice fetch) {
            fetch(fetch);
        } else if (effect instanceof ShardEffect.FinishReduction finish) {
            assertEquals((1 << partitions) - 1, tree.total().orElseThrow()[0], "each partition counts once");
            work("finish", () -> state.reductionFinished(finish.stamp()));
        } else if (effect instanceof ShardEffect.Apply apply) {
            apply(apply.order());
        } else if (effect instanceof ShardEffect.Decide decide) {
            work("decide", () -> state.cutDecided(decide.stamp()));
        } else {
            reply(effect);
        }
    }

    private void reply(ShardEffect effect) {
        if (effect instanceof ShardEffect.ReplyReady ready) {
            Published version = published.orElseThrow();
            cluster.tell("ready " + number, run -> run.shardReady(ready.stamp(), number, version, 0));
        } else if (effect instanceof ShardEffect.ReplyReduced reduced) {
            cluster.tell(
                    "reduced " + number, run -> run.reduced(reduced.stamp(), number, new double[] {1}, Double.NaN));
        } else if (effect instanceof ShardEffect.ReplyDecided decided) {
            Coordinator.CutDecided reply = new Coordinator.CutDecided(
                    decided.stamp(),
                    Kept.everything(Fixture.SHAPE),
                    WidthMap.identity(Fixture.SHAPE.text().width()),
                    0.25);
            cluster.tell("cut", run -> run.cutDecided(reply));
        }
    }

    private void fetch(ShardEffect.FetchSlice fetch) {
        TreeSum into = tree;
        work("slice " + fetch.node(), () -> {
            Optional<String> slice = network.fetch(fetch.handle());
            slice.ifPresent(sum -> into.put(fetch.node(), new float[] {Integer.parseInt(sum)}));
            return slice.isPresent()
                    ? state.sliceAdded(fetch.stamp(), fetch.node())
                    : state.sliceGone(fetch.stamp(), fetch.node(), fetch.handle());
        });
    }

    private void apply(ShardState.Order order) {
        assertEquals(order.stamp().key(), vector);
        assertTrue(cluster.everyShardReduced(order.stamp()), "committed before every shard had the gradient");
        work("apply", () -> {
            vector = order.next().key();
            tree = new TreeSum(partitions);
            return state.applied(order.next());
        });
    }

    private Handle publish(String what, Stamp stamp) {
        return network.publish(what + "/" + number + "/" + stamp.key(), stamp.key());
    }

    private void release(Published version) {
        Stream.of(version.workerWeights(), version.first(), version.second()).forEach(network::release);
    }

    private void gather(RunEffect.SendGather gather) {
        work("gather", () -> {
            gather.old()
                    .forEach(shard -> assertEquals(
                            Optional.of(gather.stamp().key()),
                            network.fetch(shard.master()),
                            "the old vector is gone"));
            vector = gather.next().key();
            tree = new TreeSum(partitions);
            return state.loaded(gather.next());
        });
    }

    private void work(String what, Supplier<List<ShardEffect>> end) {
        network.work(what + " at shard " + number, () -> true, () -> end.get().forEach(this::perform));
    }

    /** Whether this shard has the whole gradient of that version, or has gone beyond it. */
    boolean reduced(Stamp stamp) {
        return !stamp.key().equals(vector) || tree.total().isPresent();
    }
}
