package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import io.tinyclip.reduce.TreeSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a simulated server has: its range of the vector, the gradient as it comes in, and what it publishes of both. */
final class SimulatedRange {
    private final SimulatedPlane plane;
    private final SimulatedProcess server;
    private final long wholeNanos;
    private final int partitions;
    private final List<Published> old = new ArrayList<>();
    private Optional<Published> published = Optional.empty();
    private Optional<Handle> gradient = Optional.empty();
    private String vector = "";
    private TreeSum<FloatVector> tree;
    private int shards = 1;

    /** @param wholeNanos that the bytes of a whole vector take */
    SimulatedRange(SimulatedPlane plane, SimulatedProcess server, long wholeNanos, int partitions) {
        this.plane = plane;
        this.server = server;
        this.wholeNanos = wholeNanos;
        this.partitions = partitions;
        this.tree = TreeSum.of(partitions);
    }

    /** See {@link SimulatedVector}. */
    String vector() {
        return vector;
    }

    /** Sums of partitions, each the set of its partitions, and more where somebody lied. */
    TreeSum<FloatVector> tree() {
        return tree;
    }

    /** Another version, without a gradient yet. */
    void take(String next) {
        vector = next;
        tree = TreeSum.of(partitions);
    }

    /** The share of the vector that this is, of 1. */
    double share() {
        return 1.0 / shards;
    }

    /** @param count of ranges that the vector is cut into */
    void shards(int count) {
        shards = count;
    }

    Published published() {
        return published.orElseThrow();
    }

    void publish(Stamp stamp, boolean keepOld) {
        freeGradient();
        published.ifPresent(keepOld ? old::add : this::release);
        Handle weights = publish("weights", stamp);
        published = Optional.of(new Published(weights, weights, publish("first", stamp), publish("second", stamp)));
    }

    private Handle publish(String what, Stamp stamp) {
        long nanos = (long) (wholeNanos * share());
        return plane.publish(server, what + "/" + server + "/" + stamp.key(), vector, nanos);
    }

    Handle publishGradient(Stamp stamp) {
        if (gradient.isEmpty()) {
            String sum = SimulatedSum.written(tree.total().orElseThrow());
            long nanos = (long) (wholeNanos * share());
            gradient = Optional.of(plane.publish(server, "gradient/" + server + "/" + stamp.key(), sum, nanos));
        }
        return gradient.get();
    }

    void freeGradient() {
        gradient.ifPresent(it -> plane.release(server, it));
        gradient = Optional.empty();
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
    }

    private void release(Published version) {
        Stream.of(version.workerWeights(), version.first(), version.second())
                .forEach(handle -> plane.release(server, handle));
    }
}
