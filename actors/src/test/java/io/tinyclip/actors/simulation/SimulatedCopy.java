package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.shard.CopyEffect;
import io.tinyclip.actors.shard.CopyState;
import io.tinyclip.model.FloatVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The copy that a simulated server keeps of another one's range: performs a {@link CopyState}'s effects. */
final class SimulatedCopy {
    private final SimulatedNetwork network;
    private final SimulatedPlane plane;
    private final SimulatedShard keeper;
    private final String name;
    private final SimulatedErrands<Stamp> gradientFetches;
    private SimulatedPlane.Errand filling;
    private final CopyState state;
    private final Map<Stamp, FloatVector> gradients = new HashMap<>();
    private Optional<Runnable> deferred = Optional.empty();
    private String vector = "";
    private Optional<Published> published = Optional.empty();

    SimulatedCopy(SimulatedNetwork network, SimulatedPlane plane, SimulatedShard keeper, int shard) {
        this.network = network;
        this.plane = plane;
        this.keeper = keeper;
        this.name = keeper + "/copy-" + shard;
        this.gradientFetches = new SimulatedErrands<>(plane, keeper);
        this.filling = plane.errand(keeper);
        this.state = new CopyState(shard);
    }

    boolean isWhole(Stamp of) {
        return state.isWhole(of);
    }

    void onKeep(RunEffect.KeepCopies keep, int shard) {
        Published from = keep.map().published().get(shard);
        perform(
                new Hands() {
                    @Override
                    public void fill(CopyEffect.Fill fill) {
                        filling.close();
                        filling = plane.errand(keeper);
                        List<Handle> handles = List.of(from.master(), from.first(), from.second());
                        filling.fetch(
                                "to keep by " + name,
                                handles,
                                1,
                                found -> perform(this, filled(fill.stamp(), found.map(SimulatedVector::joined))));
                    }
                },
                state.keep(keep.stamp(), keep.lag()));
    }

    private List<CopyEffect> filled(Stamp stamp, Optional<String> found) {
        if (found.isEmpty()) {
            return state.unfilled(stamp);
        }
        if (state.fills(stamp)) {
            assertEquals(SimulatedVector.content(stamp), SimulatedVector.sound(found.get()), "another version");
            vector = found.get();
        }
        return state.filled(stamp);
    }

    void onGradientReady(SimulatedShard from, Stamp stamp, Handle handle) {
        perform(
                new Hands() {
                    @Override
                    public void defer(CopyEffect.Defer defer) {
                        deferred = Optional.of(() -> onGradientReady(from, stamp, handle));
                    }

                    @Override
                    public void fetchGradient(CopyEffect.FetchGradient fetch) {
                        gradientFetches
                                .of(stamp)
                                .fetch("gradient for " + name, handle, 1, sum -> perform(this, fetched(stamp, sum)));
                    }

                    @Override
                    public void replyKept(CopyEffect.ReplyKept kept) {
                        network.send("gradient kept", keeper, from, () -> from.onGradientKept(kept.stamp()));
                    }
                },
                state.gradientReady(stamp));
    }

    private List<CopyEffect> fetched(Stamp stamp, Optional<String> sum) {
        if (sum.isPresent() && state.awaits(stamp)) {
            gradients.put(stamp, SimulatedSum.read(sum.get()));
            gradientFetches.end(stamp);
        }
        return sum.isPresent() ? state.gradientHere(stamp) : state.gradientGone(stamp);
    }

    void onCommit(CommitOrder order) {
        perform(new Hands(), state.committed(order));
    }

    void onStep(Stamp stamp) {
        perform(new Hands(), state.step(stamp));
    }

    void onStandIn(RunEffect.StandIn ask) {
        perform(new Hands(), state.standIn(ask.version()));
    }

    void onFree() {
        perform(new Hands(), state.free());
    }

    private void perform(Hands hands, List<CopyEffect> effects) {
        effects.forEach(effect -> effect.on(hands));
    }

    private void release() {
        published.ifPresent(
                it -> List.of(it.master(), it.first(), it.second()).forEach(handle -> plane.release(keeper, handle)));
        published = Optional.empty();
    }

    private class Hands implements CopyEffect.Handler {
        @Override
        public void fill(CopyEffect.Fill fill) {
            throw new AssertionError("nobody performs " + fill);
        }

        @Override
        public void defer(CopyEffect.Defer defer) {
            throw new AssertionError("nobody performs " + defer);
        }

        @Override
        public void takeDeferred(CopyEffect.TakeDeferred take) {
            deferred.ifPresent(Runnable::run);
            deferred = Optional.empty();
        }

        @Override
        public void fetchGradient(CopyEffect.FetchGradient fetch) {
            throw new AssertionError("nobody performs " + fetch);
        }

        @Override
        public void replyKept(CopyEffect.ReplyKept kept) {
            throw new AssertionError("nobody performs " + kept);
        }

        @Override
        public void replyFilled(CopyEffect.ReplyFilled filled) {
            tell("copy filled", run -> run.copyFilled(filled.stamp(), filled.shard()));
        }

        @Override
        public void fold(CopyEffect.Fold fold) {
            CommitOrder order = fold.order();
            FloatVector sum =
                    Optional.ofNullable(gradients.remove(order.stamp())).orElseThrow();
            String before = vector;
            assertEquals(SimulatedVector.content(order.stamp()), SimulatedVector.sound(before), "another version");
            Hands hands = this;
            network.work(
                    "folded by " + name,
                    keeper,
                    (long) (keeper.times().arithmetic() * keeper.range().share()),
                    () -> {
                        if (before.equals(vector)) {
                            vector = SimulatedVector.applied(before, order, sum);
                        }
                        perform(hands, state.folded(order.next()));
                    });
        }

        @Override
        public void publish(CopyEffect.Publish publish) {
            Stamp version = publish.version();
            assertEquals(SimulatedVector.content(version), SimulatedVector.sound(vector), "another version");
            release();
            Handle weights = published("weights", version);
            published = Optional.of(
                    new Published(weights, weights, published("first", version), published("second", version)));
        }

        private Handle published(String what, Stamp version) {
            long nanos = (long) (keeper.times().vector() * keeper.range().share());
            return plane.publish(keeper, what + "/" + name + "/" + version.key(), vector, nanos);
        }

        @Override
        public void replyReady(CopyEffect.ReplyReady ready) {
            Published version = published.orElseThrow();
            tell("copy ready", run -> run.copyReady(ready.version(), ready.shard(), Optional.of(version)));
        }

        @Override
        public void replyGone(CopyEffect.ReplyGone gone) {
            tell("copy gone", run -> run.copyReady(gone.version(), gone.shard(), Optional.empty()));
        }

        private void tell(String what, Function<RunState, List<RunEffect>> fact) {
            keeper.coordinator().ifPresent(to -> to.tell(what, keeper, fact));
        }

        @Override
        public void drop(CopyEffect.Drop drop) {
            filling.close();
            gradientFetches.endAll();
            release();
            gradients.clear();
            vector = "";
        }
    }
}
