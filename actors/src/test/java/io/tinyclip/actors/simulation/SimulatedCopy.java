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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The copy that a simulated server keeps of another one's range: performs a {@link CopyState}'s effects. */
final class SimulatedCopy {
    private final SimulatedNetwork network;
    private final SimulatedShard keeper;
    private final String name;
    private final CopyState state;
    private final Map<Stamp, Integer> gradients = new HashMap<>();
    private Optional<Runnable> deferred = Optional.empty();
    private String vector = "";
    private Optional<Published> published = Optional.empty();

    SimulatedCopy(SimulatedNetwork network, SimulatedShard keeper, String name, int shard) {
        this.network = network;
        this.keeper = keeper;
        this.name = name;
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
                        work("fill", this, () -> filled(fill.stamp(), from));
                    }
                },
                state.keep(keep.stamp(), keep.lag()));
    }

    private List<CopyEffect> filled(Stamp stamp, Published from) {
        Optional<String> found = SimulatedVector.fetch(network, List.of(from.master(), from.first(), from.second()));
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
                        work("gradient", this, () -> fetched(stamp, handle));
                    }

                    @Override
                    public void replyKept(CopyEffect.ReplyKept kept) {
                        network.send("gradient kept", from, () -> from.onGradientKept(kept.stamp()));
                    }
                },
                state.gradientReady(stamp));
    }

    private List<CopyEffect> fetched(Stamp stamp, Handle handle) {
        Optional<String> sum = network.fetch(handle);
        if (sum.isPresent() && state.awaits(stamp)) {
            gradients.put(stamp, Integer.parseInt(sum.get()));
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

    private void work(String what, Hands hands, Supplier<List<CopyEffect>> end) {
        network.work(what + " of the copy at server " + name, keeper, () -> perform(hands, end.get()));
    }

    private void release() {
        published.ifPresent(it -> List.of(it.master(), it.first(), it.second()).forEach(network::release));
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
            int sum = Optional.ofNullable(gradients.remove(order.stamp())).orElseThrow();
            String before = vector;
            assertEquals(SimulatedVector.content(order.stamp()), SimulatedVector.sound(before), "another version");
            work("fold", this, () -> {
                if (before.equals(vector)) {
                    vector = SimulatedVector.applied(before, order, sum);
                }
                return state.folded(order.next());
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
            return network.publish(what + "/copy/" + name + "/" + version.key(), vector);
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
            keeper.coordinator().ifPresent(to -> to.tell(what, fact));
        }

        @Override
        public void drop(CopyEffect.Drop drop) {
            release();
            gradients.clear();
            vector = "";
        }
    }
}
