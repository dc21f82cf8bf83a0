package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.shard.AnnouncedSum;
import io.tinyclip.actors.shard.ShardEffect;
import io.tinyclip.actors.shard.ShardState;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.reduce.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A parameter server: what comes to it goes to a {@link ShardState}, whose effects {@link SimulatedShardHands} perform on a
 * {@link SimulatedRange}.
 */
final class SimulatedShard extends SimulatedProcess {
    private final SimulatedNetwork network;
    private final SimulatedPlane plane;
    private final SimulatedTimes times;
    private final String name;
    private final ShardState state;
    private final SimulatedRange range;
    private final SimulatedShardHands hands;
    private final SimulatedErrands<Node> slices;
    private SimulatedPlane.Errand fetching;
    private final Map<Stamp, LeaseTable> leases = new HashMap<>();
    private Optional<SimulatedCoordinator> coordinator = Optional.empty();
    private final TreeMap<Integer, SimulatedCopy> copies = new TreeMap<>();
    private Optional<SimulatedShard> keeper = Optional.empty();
    private Optional<CommitOrder> last = Optional.empty();
    private Optional<ServerCommand.Assignment> assigned = Optional.empty();
    private int shard;
    private long obeyed;

    /** @param name that a later server may have as well */
    SimulatedShard(SimulatedCluster cluster, String name) {
        this.network = cluster.network();
        this.plane = cluster.plane();
        this.times = cluster.times();
        this.name = name;
        this.state = new ShardState(cluster.plan().partitions());
        this.range =
                new SimulatedRange(plane, this, times.vector(), cluster.plan().partitions());
        this.slices = new SimulatedErrands<>(plane, this);
        this.fetching = plane.errand(this);
        this.hands = new SimulatedShardHands(cluster, this);
    }

    @Override
    void die() {
        super.die();
        plane.died(this);
    }

    @Override
    public String toString() {
        return name;
    }

    SimulatedTimes times() {
        return times;
    }

    /** What is fetched for the nodes of a gradient. */
    SimulatedErrands<Node> slices() {
        return slices;
    }

    /** Nothing of what is being fetched is wanted any more. */
    void endFetches() {
        slices.endAll();
        fetching.close();
    }

    /** Another version is fetched from now on, and nothing for the one before. */
    private SimulatedPlane.Errand nextVector() {
        endFetches();
        fetching = plane.errand(this);
        return fetching;
    }

    ShardState state() {
        return state;
    }

    SimulatedRange range() {
        return range;
    }

    Optional<Stamp> at() {
        return state.at();
    }

    /** The epoch of what was loaded last. */
    long obeyed() {
        return obeyed;
    }

    /** Who may answer for what, as far as it was said. */
    LeaseTable leases(Stamp stamp) {
        return leases.get(stamp);
    }

    /** Whether this shard has the whole gradient of that version, or is at another one. */
    boolean reduced(Stamp stamp) {
        return !state.at().filter(stamp::equals).isPresent()
                || range.tree().total().isPresent();
    }

    void onLoad(SimulatedCoordinator from, RunEffect.LoadShards load, int number) {
        Stamp stamp = load.stamp();
        perform(
                new SimulatedShardHands.Asked(hands, from) {
                    @Override
                    public void read(ShardEffect.Read read) {
                        obeyed = read.stamp().epoch();
                        List<Handle> handles =
                                load.parts().stream().flatMap(Part::handles).toList();
                        double share = 1.0 / load.servers().size();
                        nextVector()
                                .fetch(
                                        "to load by " + name,
                                        handles,
                                        share,
                                        it -> goOn(it.map(SimulatedVector::joined)
                                                .map(found -> loaded(load, number, found))
                                                .orElseGet(() -> state.unfetched(stamp))));
                    }
                },
                from,
                state.load(stamp));
    }

    private List<ShardEffect> loaded(RunEffect.LoadShards load, int number, String found) {
        if (!state.awaits(load.stamp())) {
            return List.of();
        }
        assertEquals(SimulatedVector.content(load.stamp()), SimulatedVector.sound(found), "another version was loaded");
        shard = number;
        assigned = Optional.of(assignment(
                load.stamp().epoch(), load.position(), number, load.servers().size()));
        range.shards(load.servers().size());
        range.take(found);
        return state.loaded(load.stamp());
    }

    void onFree(SimulatedCoordinator from, Stamp stamp) {
        asked(from, state.free(stamp));
        ifObeyed(stamp, SimulatedCopy::onFree);
    }

    /** What a worker of that number shows here, as that coordinator tells both. */
    String token(SimulatedCoordinator from, int worker) {
        return from + " tells " + worker + " and " + this;
    }

    void onReduce(
            SimulatedCoordinator from, RunEffect.SendReduce reduce, LeaseTable table, Optional<SimulatedShard> kept) {
        leases.merge(reduce.stamp(), table, (known, said) -> said.attempt() > known.attempt() ? said : known);
        if (state.at().filter(reduce.stamp()::equals).isPresent()) {
            keeper = kept;
        }
        asked(from, state.reduce(reduce.stamp(), reduce.sparsityTarget(), table, kept.isPresent()));
        ifObeyed(reduce.stamp(), copy -> copy.onStep(reduce.stamp()));
    }

    /** A refusal is the worker's, who does nothing about it. */
    void onSubtree(Stamp stamp, AnnouncedSum sum) {
        state.subtreeReady(stamp, sum).stream()
                .filter(effect -> !(effect instanceof ShardEffect.Refuse))
                .forEach(effect -> effect.on(hands));
    }

    void onCommit(SimulatedCoordinator from, CommitOrder order) {
        asked(from, state.commit(order));
        ifObeyed(order.stamp(), copy -> copy.onCommit(order));
    }

    private void ifObeyed(Stamp stamp, Consumer<SimulatedCopy> then) {
        if (state.refusal(stamp).isEmpty()) {
            copies.values().forEach(then);
        }
    }

    void onGradientKept(Stamp stamp) {
        goOn(state.gradientKept(stamp));
    }

    void onKeep(SimulatedCoordinator from, RunEffect.KeepCopies keep, int ofShard) {
        askedOfCopy(from, keep.stamp(), () -> copy(ofShard).onKeep(keep, ofShard));
    }

    void onStandIn(SimulatedCoordinator from, RunEffect.StandIn ask) {
        askedOfCopy(from, ask.stamp(), () -> copy(ask.shard()).onStandIn(ask));
    }

    private void askedOfCopy(SimulatedCoordinator from, Stamp stamp, Runnable then) {
        Optional<Refused> refusal = state.refusal(stamp);
        refusal.ifPresent(refused -> from.tell("refused", this, run -> run.refused(refused)));
        if (refusal.isEmpty()) {
            coordinator = Optional.of(from);
            then.run();
        }
    }

    private SimulatedCopy copy(int ofShard) {
        return copies.computeIfAbsent(ofShard, it -> new SimulatedCopy(network, plane, this, it));
    }

    /** Tells the keeper of this server's shard of its gradient. */
    void offerGradient(Stamp stamp) {
        Handle handle = range.publishGradient(stamp);
        int number = shard;
        keeper.ifPresent(it -> network.send(
                "gradient of " + number, this, it, () -> it.copy(number).onGradientReady(this, stamp, handle)));
    }

    void onSurvey(SimulatedCoordinator from, Stamp stamp) {
        asked(from, state.survey(stamp));
    }

    private static ServerCommand.Assignment assignment(long epoch, Position position, int shard, int shards) {
        Range range = Shards.of(position.layout(), shards).get(shard);
        return new ServerCommand.Assignment(epoch, position, shard, shards, range);
    }

    /** What is here, for a new coordinator. */
    void answerSurvey(Stamp survey, Optional<Stamp> at) {
        Optional<Holding> holding = at.map(stamp -> new Holding(
                assigned.orElseThrow(),
                range.published(),
                last,
                copies.entrySet().stream()
                        .filter(it -> it.getValue().isWhole(stamp))
                        .map(Map.Entry::getKey)
                        .toList()));
        holding.ifPresent(it -> assertEquals(at.get(), it.assignment().stamp(), "another version is told of"));
        coordinator.ifPresent(to -> to.holds(survey, this, holding));
    }

    void applied(CommitOrder order) {
        last = Optional.of(order);
        assigned = assigned.map(it -> it.after(order));
    }

    void onDecide(SimulatedCoordinator from, Stamp stamp) {
        asked(from, state.decideCut(stamp));
    }

    void onGather(SimulatedCoordinator from, RunEffect.SendGather gather) {
        perform(
                new SimulatedShardHands.Asked(hands, from) {
                    @Override
                    public void gatherRange(ShardEffect.GatherRange it) {
                        List<Handle> handles = gather.fitted()
                                .map(fitted -> List.of(fitted.weights()))
                                .orElseGet(() -> gather.map().published().stream()
                                        .map(Published::master)
                                        .toList());
                        nextVector()
                                .fetch(
                                        "to gather by " + name,
                                        handles,
                                        1,
                                        found -> goOn(found.map(SimulatedVector::joined)
                                                .map(whole -> gathered(gather, whole))
                                                .orElseGet(() -> state.unfetched(next(gather)))));
                    }
                },
                from,
                state.gather(gather.stamp(), next(gather)));
    }

    private static Stamp next(RunEffect.SendGather gather) {
        return gather.after().stamp(gather.stamp().epoch());
    }

    private List<ShardEffect> gathered(RunEffect.SendGather gather, String found) {
        if (!state.awaits(next(gather))) {
            return List.of();
        }
        assertEquals(
                SimulatedVector.content(gather.stamp()), SimulatedVector.sound(found), "another version was gathered");
        int shards = gather.map().size();
        assigned = Optional.of(assignment(gather.stamp().epoch(), gather.after(), shard, shards));
        range.take(SimulatedVector.with(SimulatedVector.content(next(gather)), SimulatedVector.lies(found)));
        return state.loaded(next(gather));
    }

    private void asked(SimulatedCoordinator from, List<ShardEffect> effects) {
        perform(new SimulatedShardHands.Asked(hands, from), from, effects);
    }

    /** Whoever is not refused is obeyed, and answered. */
    private void perform(ShardEffect.Handler by, SimulatedCoordinator from, List<ShardEffect> effects) {
        if (!effects.isEmpty() && effects.stream().noneMatch(ShardEffect.Refuse.class::isInstance)) {
            coordinator = Optional.of(from);
        }
        effects.forEach(effect -> effect.on(by));
    }

    /** Arithmetic of this server on its range, which leads to effects. */
    void work(String what, Supplier<List<ShardEffect>> end) {
        network.work(what + " at " + name, this, (long) (times.arithmetic() * range.share()), () -> goOn(end.get()));
    }

    /** For what follows once work has ended, which nobody asked for just now. */
    void goOn(List<ShardEffect> effects) {
        effects.forEach(effect -> effect.on(hands));
    }

    /** What is told to whoever is obeyed, by the number of this server's shard. */
    void answer(String what, Function<Integer, Function<RunState, List<RunEffect>>> fact) {
        int number = shard;
        coordinator.ifPresent(to -> to.tell(what + " " + number, this, fact.apply(number)));
    }

    /** Whoever is obeyed. */
    Optional<SimulatedCoordinator> coordinator() {
        return coordinator;
    }
}
