package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Performs a {@link ShardState}'s effects. The vector is the name of its version and the steps that were committed with a
 * wrong sum; a gradient is the set of its partitions, and more where somebody lied.
 */
final class SimulatedShard extends SimulatedProcess {
    /** What a lie adds to a sum. */
    static final int LIE = 1 << 12;

    private final SimulatedNetwork network;
    private final SimulatedCluster cluster;
    private final int name;
    private final int partitions;
    private final ShardState state;
    private final List<Published> old = new ArrayList<>();
    private Optional<Published> published = Optional.empty();
    private Optional<SimulatedCoordinator> coordinator = Optional.empty();
    private int shard;
    private TreeSum tree;
    private String vector = "";
    private long obeyed;

    SimulatedShard(SimulatedCluster cluster, SimulatedNetwork network, int name, int partitions) {
        this.cluster = cluster;
        this.network = network;
        this.name = name;
        this.partitions = partitions;
        this.state = new ShardState(partitions);
        this.tree = new TreeSum(partitions);
    }

    /** The vector of a version in which nobody ever lied. */
    static String content(Stamp stamp) {
        String key = stamp.key();
        return key.substring(key.indexOf('/') + 1);
    }

    /** A vector without the steps in which somebody lied. */
    static String sound(String content) {
        return content.split("!")[0];
    }

    private static Stream<String> lies(String content) {
        return Stream.of(content.split("!")).skip(1);
    }

    /** The steps in which somebody lied. */
    static List<Long> wrongSteps(String content) {
        return lies(content).map(Long::parseLong).toList();
    }

    private static String with(String sound, Stream<String> lies) {
        return sound
                + lies.collect(Collectors.toCollection(TreeSet::new)).stream()
                        .map(lie -> "!" + lie)
                        .collect(Collectors.joining());
    }

    /** The vector that all of the handles have; empty where one is gone. */
    static Optional<String> fetch(SimulatedNetwork network, List<Handle> handles) {
        List<String> parts = handles.stream()
                .flatMap(handle -> network.fetch(handle).stream())
                .toList();
        if (parts.size() < handles.size()) {
            return Optional.empty();
        }
        assertEquals(1, parts.stream().map(SimulatedShard::sound).distinct().count(), () -> "mixed: " + parts);
        return Optional.of(with(sound(parts.get(0)), parts.stream().flatMap(SimulatedShard::lies)));
    }

    @Override
    void die() {
        super.die();
        old.forEach(this::release);
        published.ifPresent(this::release);
    }

    Optional<Stamp> at() {
        return state.at();
    }

    void onLoad(SimulatedCoordinator from, Stamp stamp, int number, List<Part> parts) {
        perform(
                from,
                state.load(stamp),
                effect -> work("read", () -> {
                    Optional<String> found =
                            fetch(network, parts.stream().map(Part::weights).toList());
                    if (found.isPresent() && state.awaits(stamp)) {
                        assertEquals(content(stamp), sound(found.get()), "another version was loaded");
                        shard = number;
                        take(found.get());
                        return state.loaded(stamp);
                    }
                    return found.isEmpty() ? state.unfetched(stamp) : List.of();
                }));
    }

    private void take(String next) {
        vector = next;
        tree = new TreeSum(partitions);
    }

    void onFree(SimulatedCoordinator from, Stamp stamp) {
        perform(from, state.free(stamp));
    }

    void onReduce(SimulatedCoordinator from, RunEffect.SendReduce reduce) {
        perform(from, state.reduce(reduce.stamp(), reduce.sparsityTarget()));
    }

    void onSubtree(Stamp stamp, Node node, Handle handle, Dispute.Answer answer) {
        state.subtreeReady(stamp, node, handle, answer).stream()
                .filter(effect -> !(effect instanceof ShardEffect.Refuse))
                .forEach(this::perform);
    }

    void onCommit(SimulatedCoordinator from, ShardState.Order order) {
        perform(from, state.commit(order));
    }

    void onDecide(SimulatedCoordinator from, Stamp stamp) {
        perform(from, state.decideCut(stamp));
    }

    void onGather(SimulatedCoordinator from, RunEffect.SendGather gather) {
        perform(
                from,
                state.gather(gather.stamp(), gather.next()),
                effect -> work("gather", () -> {
                    List<Handle> handles = gather.map().published().stream()
                            .map(Published::master)
                            .toList();
                    Optional<String> found = fetch(network, handles);
                    if (found.isPresent() && state.awaits(gather.next())) {
                        assertEquals(content(gather.stamp()), sound(found.get()), "another version was gathered");
                        take(with(content(gather.next()), lies(found.get())));
                        return state.loaded(gather.next());
                    }
                    return found.isEmpty() ? state.unfetched(gather.next()) : List.of();
                }));
    }

    private void perform(SimulatedCoordinator from, List<ShardEffect> effects) {
        perform(from, effects, effect -> {
            throw new AssertionError("nobody performs " + effect);
        });
    }

    private void perform(SimulatedCoordinator from, List<ShardEffect> effects, Consumer<ShardEffect> fetching) {
        for (ShardEffect effect : effects) {
            if (effect instanceof ShardEffect.Refuse refuse) {
                from.tell("refused", run -> run.refused(refuse.reply()));
                continue;
            }
            coordinator = Optional.of(from);
            if (effect instanceof ShardEffect.Read read) {
                obeyed = read.stamp().epoch();
                fetching.accept(effect);
            } else if (effect instanceof ShardEffect.GatherRange) {
                fetching.accept(effect);
            } else {
                perform(effect);
            }
        }
    }

    private void perform(ShardEffect effect) {
        if (effect instanceof ShardEffect.Publish publish) {
            published.ifPresent(publish.keepOld() ? old::add : this::release);
            Handle weights = publish("weights", publish.stamp());
            published = Optional.of(new Published(
                    weights, weights, publish("first", publish.stamp()), publish("second", publish.stamp())));
        } else if (effect instanceof ShardEffect.FreeOld) {
            old.forEach(this::release);
            old.clear();
        } else if (effect instanceof ShardEffect.FreeAll) {
            old.forEach(this::release);
            old.clear();
            published.ifPresent(this::release);
            published = Optional.empty();
        } else if (effect instanceof ShardEffect.FetchSlice fetch) {
            fetch(fetch);
        } else if (effect instanceof ShardEffect.FinishReduction finish) {
            assertEquals(
                    (1 << partitions) - 1, (int) tree.total().orElseThrow()[0] % LIE, "each partition counts once");
            work("finish", () -> state.reductionFinished(finish.stamp()));
        } else if (effect instanceof ShardEffect.Apply apply) {
            apply(apply.order());
        } else if (effect instanceof ShardEffect.Decide decide) {
            work("decide", () -> state.cutDecided(decide.stamp()));
        } else {
            coordinator.ifPresent(to -> reply(to, effect));
        }
    }

    private void reply(SimulatedCoordinator to, ShardEffect effect) {
        if (effect instanceof ShardEffect.ReplyReady ready) {
            Published version = published.orElseThrow();
            int number = shard;
            to.tell("ready " + number, run -> run.shardReady(ready.stamp(), number, version));
        } else if (effect instanceof ShardEffect.ReplyReduced reduced) {
            int number = shard;
            to.tell("reduced " + number, run -> run.reduced(reduced.stamp(), number, new double[] {1}, Double.NaN));
        } else if (effect instanceof ShardEffect.ReplyDecided decided) {
            Coordinator.CutDecided reply = new Coordinator.CutDecided(
                    decided.stamp(),
                    Kept.everything(Fixture.SHAPE),
                    WidthMap.identity(Fixture.SHAPE.text().width()),
                    0.25);
            to.tell("cut", run -> run.cutDecided(reply));
        } else if (effect instanceof ShardEffect.TellDisputed it) {
            Dispute.Question question = new Dispute.Question(it.node(), new Range(0, 1));
            to.dispute(new Coordinator.Disputed(it.stamp(), question, it.first(), it.second()));
        } else {
            throw new AssertionError("nobody performs " + effect);
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
        assertEquals(content(order.stamp()), sound(vector));
        assertEquals(obeyed, order.stamp().epoch(), "a commit of another epoch than the one that is obeyed");
        assertTrue(cluster.everyShardReduced(order.stamp()), "committed before every shard had the gradient");
        boolean lie = tree.total().orElseThrow()[0] >= LIE;
        work("apply", () -> {
            if (state.at().filter(order.stamp()::equals).isPresent()
                    && obeyed == order.stamp().epoch()) {
                String step = Long.toString(
                        Fixture.compress().committedSteps(order.stamp().cursor()));
                take(with(content(order.next()), Stream.concat(lies(vector), lie ? Stream.of(step) : Stream.of())));
            }
            return state.applied(order.next());
        });
    }

    private Handle publish(String what, Stamp stamp) {
        return network.publish(what + "/" + name + "/" + stamp.key(), vector);
    }

    private void release(Published version) {
        Stream.of(version.workerWeights(), version.first(), version.second()).forEach(network::release);
    }

    private void work(String what, Supplier<List<ShardEffect>> end) {
        network.work(what + " at server " + name, this, () -> end.get().forEach(this::perform));
    }

    /** Whether this shard has the whole gradient of that version, or is at another one. */
    boolean reduced(Stamp stamp) {
        return !state.at().filter(stamp::equals).isPresent() || tree.total().isPresent();
    }
}
