package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import io.tinyclip.rounding.Rounding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a parameter server holds: its range of the vector, what it publishes of it, and what of the versions before. */
final class HeldShard {
    private final String name;
    private final DataPlane plane;
    private final Rounding rounding;
    private final List<Published> old = new ArrayList<>();
    private final Supplier<ShardVector> nothing;
    private Optional<Published> published = Optional.empty();
    private List<ShardWeights> gradient = List.of();
    private Optional<CommitOrder> last = Optional.empty();
    private Optional<ServerCommand.Assignment> assigned = Optional.empty();
    private ShardVector vector;

    /**
     * @param name under which it publishes
     * @param nothing what it holds before it is told
     */
    HeldShard(String name, ShardTools tools, Supplier<ShardVector> nothing) {
        this.name = name;
        this.plane = tools.plane();
        this.rounding = tools.plan().wire().weights();
        this.nothing = nothing;
        this.vector = nothing.get();
    }

    ShardVector vector() {
        return vector;
    }

    /** Among the shards of the vector. */
    int number() {
        return assigned.map(ServerCommand.Assignment::shard).orElse(0);
    }

    Optional<Published> published() {
        return published;
    }

    void take(ServerCommand.Assignment assignment, ShardVector next) {
        assigned = Optional.of(assignment);
        vector = next;
    }

    void applied(CommitOrder order) {
        last = Optional.of(order);
        assigned = assigned.map(it -> it.after(order));
    }

    /** What is here. @param copies that are kept beside it, by their numbers */
    Holding holding(List<Integer> copies) {
        return new Holding(assigned.orElseThrow(), published.orElseThrow(), last, copies);
    }

    /** @param keepOld whether others still fetch the version before */
    void publish(Stamp stamp, boolean keepOld) {
        String key = name + "/" + stamp.key();
        freeGradient();
        published.ifPresent(keepOld ? old::add : this::release);
        Handle master = publish(key + "/weights", vector.weights());
        Handle rounded = rounding == Rounding.FP32
                ? master
                : plane.publish(key + "/rounded", vector.workerWeights().floats(), Encoding.of(rounding));
        Handle first = publish(key + "/first", vector.first());
        Handle second = publish(key + "/second", vector.second());
        published = Optional.of(new Published(rounded, master, first, second));
    }

    private Handle publish(String key, FloatVector values) {
        return plane.publish(key, values.floats(), Encoding.FP32);
    }

    /**
     * Publishes the reduced gradient, once. Its sums hold what gradients travel as, and travel as such; beside the masks
     * there is more to it.
     */
    List<ShardWeights> publishGradient(Stamp stamp) {
        if (gradient.isEmpty()) {
            String key = name + "/" + stamp.key() + "/gradient";
            gradient = vector.exactPieces().stream()
                    .map(piece -> new ShardWeights(
                            piece.range(),
                            plane.publish(key + "/" + piece.range().from(), piece.values(), piece.encoding())))
                    .toList();
        }
        return gradient;
    }

    void freeGradient() {
        gradient.forEach(piece -> plane.release(piece.weights()));
        gradient = List.of();
    }

    void freeOld() {
        old.forEach(this::release);
        old.clear();
    }

    void freeAll() {
        freeOld();
        freeGradient();
        published.ifPresent(this::release);
        published = Optional.empty();
        vector = nothing.get();
    }

    private void release(Published version) {
        Stream.of(version.workerWeights(), version.master(), version.first(), version.second())
                .forEach(plane::release);
    }
}
