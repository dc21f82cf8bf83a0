package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.shard.ShardEffect;
import io.tinyclip.actors.shard.ShardState;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
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

    /** Begins the keys of sums that a liar tells of without the leases for them; then comes its number. */
    static final String UNLEASED = "unleased";

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
    private final Map<Stamp, LeaseTable> leases = new HashMap<>();

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

    /** The steps in which somebody lied, each with its epoch. */
    static List<String> wrongSteps(String content) {
        return lies(content).toList();
    }

    /** How a step that was computed in an epoch is called. */
    static String stepOf(Stamp stamp) {
        return Fixture.compress().committedSteps(stamp.cursor()) + "@" + stamp.epoch();
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
                new Hands(from) {
                    @Override
                    public void read(ShardEffect.Read read) {
                        obeyed = read.stamp().epoch();
                        work("read", () -> {
                            Optional<String> found = fetch(
                                    network, parts.stream().map(Part::weights).toList());
                            if (found.isPresent() && state.awaits(stamp)) {
                                assertEquals(content(stamp), sound(found.get()), "another version was loaded");
                                shard = number;
                                take(found.get());
                                return state.loaded(stamp);
                            }
                            return found.isEmpty() ? state.unfetched(stamp) : List.of();
                        });
                    }
                },
                state.load(stamp));
    }

    private void take(String next) {
        vector = next;
        tree = new TreeSum(partitions);
    }

    void onFree(SimulatedCoordinator from, Stamp stamp) {
        perform(new Hands(from), state.free(stamp));
    }

    void onReduce(SimulatedCoordinator from, RunEffect.SendReduce reduce) {
        leases.merge(reduce.stamp(), reduce.leases(), (known, said) -> said.attempt() > known.attempt() ? said : known);
        perform(new Hands(from), state.reduce(reduce.stamp(), reduce.sparsityTarget(), reduce.leases()));
    }

    /** A refusal is the worker's, who does nothing about it. */
    void onSubtree(Stamp stamp, Node node, Handle handle, Dispute.Answer answer, int attempt) {
        perform(
                new Hands() {
                    @Override
                    public void refuse(ShardEffect.Refuse refuse) {}
                },
                state.subtreeReady(stamp, node, handle, answer, attempt));
    }

    void onCommit(SimulatedCoordinator from, CommitOrder order) {
        perform(new Hands(from), state.commit(order));
    }

    void onDecide(SimulatedCoordinator from, Stamp stamp) {
        perform(new Hands(from), state.decideCut(stamp));
    }

    void onGather(SimulatedCoordinator from, RunEffect.SendGather gather) {
        perform(
                new Hands(from) {
                    @Override
                    public void gatherRange(ShardEffect.GatherRange range) {
                        work("gather", () -> gathered(gather));
                    }
                },
                state.gather(gather.stamp(), gather.next()));
    }

    private List<ShardEffect> gathered(RunEffect.SendGather gather) {
        List<Handle> handles =
                gather.map().published().stream().map(Published::master).toList();
        Optional<String> found = fetch(network, handles);
        if (found.isPresent() && state.awaits(gather.next())) {
            assertEquals(content(gather.stamp()), sound(found.get()), "another version was gathered");
            take(with(content(gather.next()), lies(found.get())));
            return state.loaded(gather.next());
        }
        return found.isEmpty() ? state.unfetched(gather.next()) : List.of();
    }

    /** Whoever is not refused is obeyed, and answered. */
    private void perform(Hands hands, List<ShardEffect> effects) {
        if (!effects.isEmpty() && effects.stream().noneMatch(ShardEffect.Refuse.class::isInstance)) {
            coordinator = hands.from.or(() -> coordinator);
        }
        effects.forEach(effect -> effect.on(hands));
    }

    private void commit(CommitOrder order) {
        assertEquals(content(order.stamp()), sound(vector));
        assertEquals(obeyed, order.stamp().epoch(), "a commit of another epoch than the one that is obeyed");
        assertTrue(cluster.everyShardReduced(order.stamp()), "committed before every shard had the gradient");
        boolean lie = tree.total().orElseThrow().get(0) >= LIE;
        work("apply", () -> {
            if (state.at().filter(order.stamp()::equals).isPresent()
                    && obeyed == order.stamp().epoch()) {
                Stream<String> lies = lie ? Stream.of(stepOf(order.stamp())) : Stream.of();
                take(with(content(order.next()), Stream.concat(lies(vector), lies)));
            }
            return state.applied(order.next());
        });
    }

    private Handle publishVector(String what, Stamp stamp) {
        return network.publish(what + "/" + name + "/" + stamp.key(), vector);
    }

    private void release(Published version) {
        Stream.of(version.workerWeights(), version.first(), version.second()).forEach(network::release);
    }

    private void work(String what, Supplier<List<ShardEffect>> end) {
        network.work(what + " at server " + name, this, () -> perform(new Hands(), end.get()));
    }

    /** Whether this shard has the whole gradient of that version, or is at another one. */
    boolean reduced(Stamp stamp) {
        return !state.at().filter(stamp::equals).isPresent() || tree.total().isPresent();
    }

    /** For what a message, or the end of work, has led to. */
    private class Hands implements ShardEffect.Handler {
        private final Optional<SimulatedCoordinator> from;

        Hands() {
            this.from = Optional.empty();
        }

        Hands(SimulatedCoordinator from) {
            this.from = Optional.of(from);
        }

        @Override
        public void refuse(ShardEffect.Refuse refuse) {
            from.orElseThrow(() -> new AssertionError("nobody asked for what is refused: " + refuse))
                    .tell("refused", run -> run.refused(refuse.reply()));
        }

        @Override
        public void read(ShardEffect.Read read) {
            throw new AssertionError("nobody performs " + read);
        }

        @Override
        public void gatherRange(ShardEffect.GatherRange range) {
            throw new AssertionError("nobody performs " + range);
        }

        @Override
        public void publish(ShardEffect.Publish publish) {
            published.ifPresent(publish.keepOld() ? old::add : SimulatedShard.this::release);
            Handle weights = publishVector("weights", publish.stamp());
            published = Optional.of(new Published(
                    weights,
                    weights,
                    publishVector("first", publish.stamp()),
                    publishVector("second", publish.stamp())));
        }

        @Override
        public void freeOld(ShardEffect.FreeOld free) {
            old.forEach(SimulatedShard.this::release);
            old.clear();
        }

        @Override
        public void freeAll(ShardEffect.FreeAll free) {
            old.forEach(SimulatedShard.this::release);
            old.clear();
            published.ifPresent(SimulatedShard.this::release);
            published = Optional.empty();
        }

        @Override
        public void fetchSlice(ShardEffect.FetchSlice fetch) {
            TreeSum into = tree;
            requireLeased(fetch);
            work("slice " + fetch.node(), () -> {
                Optional<String> slice = network.fetch(fetch.handle());
                slice.ifPresent(sum -> into.put(fetch.node(), FloatVector.of(new float[] {Integer.parseInt(sum)})));
                return slice.isPresent()
                        ? state.sliceAdded(fetch.stamp(), fetch.node())
                        : state.sliceGone(fetch.stamp(), fetch.node(), fetch.handle());
            });
        }

        /** What nobody was leased is told by liars alone, and by its key. */
        private void requireLeased(ShardEffect.FetchSlice fetch) {
            String[] key = fetch.handle().key().split("/");
            if (key[0].equals(UNLEASED)) {
                LeaseTable known = leases.get(fetch.stamp());
                assertTrue(known.holds(Integer.parseInt(key[1]), fetch.node()), "a sum without leases was taken");
            }
        }

        @Override
        public void refuseSum(ShardEffect.RefuseSum refuse) {
            assertTrue(refuse.handle().key().startsWith(UNLEASED), "an honest sum was refused: " + refuse);
            coordinator.ifPresent(to -> to.tell("refused sum", run -> run.refused(refuse.reply())));
        }

        @Override
        public void finishReduction(ShardEffect.FinishReduction finish) {
            assertEquals(
                    (1 << partitions) - 1, (int) tree.total().orElseThrow().get(0) % LIE, "each partition counts once");
            work("finish", () -> state.reductionFinished(finish.stamp()));
        }

        @Override
        public void apply(ShardEffect.Apply apply) {
            commit(apply.order());
        }

        @Override
        public void decide(ShardEffect.Decide decide) {
            work("decide", () -> state.cutDecided(decide.stamp()));
        }

        @Override
        public void replyReady(ShardEffect.ReplyReady ready) {
            coordinator.ifPresent(to -> {
                Published version = published.orElseThrow();
                int number = shard;
                to.tell("ready " + number, run -> run.shardReady(ready.stamp(), number, version));
            });
        }

        @Override
        public void replyReduced(ShardEffect.ReplyReduced reduced) {
            int number = shard;
            coordinator.ifPresent(to -> to.tell(
                    "reduced " + number, run -> run.reduced(reduced.stamp(), number, new double[] {1}, Double.NaN)));
        }

        @Override
        public void replyDecided(ShardEffect.ReplyDecided decided) {
            CoordinatorCommand.CutDecided reply = new CoordinatorCommand.CutDecided(
                    decided.stamp(),
                    Kept.everything(Fixture.SHAPE),
                    WidthMap.identity(Fixture.SHAPE.text().width()),
                    0.25);
            coordinator.ifPresent(to -> to.tell("cut", run -> run.cutDecided(reply)));
        }

        @Override
        public void tellDisputed(ShardEffect.TellDisputed it) {
            Dispute.Question question = new Dispute.Question(it.node(), new Range(0, 1));
            coordinator.ifPresent(
                    to -> to.dispute(new CoordinatorCommand.Disputed(it.stamp(), question, it.first(), it.second())));
        }
    }
}
