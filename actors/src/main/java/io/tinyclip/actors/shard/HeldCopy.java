package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Errands;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.VectorPool;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.ShardOptimizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The copy of another server's shard: its range of weights and both moments at one version, and gradients since. One piece of
 * work at a time moves it, in place. Its methods are called by the actor.
 */
final class HeldCopy {
    private record Vectors(Layout layout, Range range, ShardOptimizer.State state) {}

    private final String name;
    private final DataPlane plane;
    private final Executor arithmetic;
    private final ShardOptimizer optimizer;
    private final Errands<Stamp> gradientFetches;
    private Range range = new Range(0, 0);
    private Errand filling;
    private final VectorPool spare = new VectorPool();
    private final Map<Stamp, FloatVector> gradients = new HashMap<>();
    private Optional<Vectors> vectors = Optional.empty();
    private Optional<ServerCommand.GradientReady> deferred = Optional.empty();
    private Optional<Published> published = Optional.empty();

    /** @param name under which it publishes */
    HeldCopy(String name, ShardTools tools) {
        this.name = name;
        this.plane = tools.plane();
        this.arithmetic = tools.arithmetic();
        this.optimizer = new ShardOptimizer(tools.plan().optimizer());
        this.gradientFetches = new Errands<>(plane);
        this.filling = plane.errand();
    }

    void defer(ServerCommand.GradientReady ready) {
        deferred = Optional.of(ready);
    }

    /** What was deferred last. */
    Optional<ServerCommand.GradientReady> takeDeferred() {
        Optional<ServerCommand.GradientReady> taken = deferred;
        deferred = Optional.empty();
        return taken;
    }

    /** Weights, first and second moments as the shard publishes them. */
    CompletionStage<List<FloatVector>> fetch(ServerCommand.Keep keep) {
        Range wanted = keep.assignment().range();
        range = wanted;
        filling.close();
        Errand by = plane.errand();
        filling = by;
        return CompletableFuture.supplyAsync(() -> Part.fetch(by, List.of(keep.part()), wanted), arithmetic)
                .thenCompose(stage -> stage);
    }

    /** @param arrays weights, first and second moments; are kept and written to */
    void take(ServerCommand.Assignment of, List<FloatVector> arrays) {
        FloatVector weights = arrays.get(0);
        ShardOptimizer.State inPlace = new ShardOptimizer.State(weights, weights, arrays.get(1), arrays.get(2));
        vectors = Optional.of(new Vectors(of.layout(), of.range(), inPlace));
    }

    /** The gradient of what a step changes; anything elsewhere, where no update looks. */
    CompletionStage<FloatVector> fetch(ServerCommand.GradientReady ready) {
        FloatVector gradient = spare.take(range.length());
        return ShardWeights.fetchInto(gradientFetches.of(ready.stamp()), ready.pieces(), range, gradient.floats())
                .thenApply(nothing -> gradient);
    }

    void keep(Stamp stamp, FloatVector gradient) {
        gradients.put(stamp, gradient);
        gradientFetches.end(stamp);
    }

    /** Moves the copy one version on. */
    CompletionStage<Void> fold(CommitOrder order) {
        Vectors moved = vectors.orElseThrow();
        FloatVector gradient = Optional.<FloatVector>ofNullable(gradients.remove(order.stamp()))
                .orElseThrow();
        return CompletableFuture.runAsync(
                () -> {
                    if (!order.skip()) {
                        optimizer.apply(moved.layout, moved.range, moved.state, gradient, order.update());
                    }
                    spare.give(gradient);
                },
                arithmetic);
    }

    void publish(Stamp version) {
        ShardOptimizer.State state = vectors.orElseThrow().state;
        release();
        String key = name + "/" + version.key();
        Handle weights = publish(key + "/weights", state.weights());
        Handle first = publish(key + "/first", state.first());
        published = Optional.of(new Published(weights, weights, first, publish(key + "/second", state.second())));
    }

    private Handle publish(String key, FloatVector values) {
        return plane.publish(key, values.floats(), Encoding.FP32);
    }

    Published published() {
        return published.orElseThrow();
    }

    void drop() {
        filling.close();
        gradientFetches.endAll();
        release();
        gradients.clear();
        vectors = Optional.empty();
    }

    private void release() {
        published.ifPresent(
                it -> Stream.of(it.master(), it.first(), it.second()).forEach(plane::release));
        published = Optional.empty();
    }
}
