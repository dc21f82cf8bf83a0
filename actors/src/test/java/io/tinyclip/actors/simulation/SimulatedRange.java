package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.reduce.TreeSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a simulated server has: its range of the vector, the gradient as it comes in, and what it publishes of both. */
final class SimulatedRange {
    private final SimulatedNetwork network;
    private final String server;
    private final int partitions;
    private final List<Published> old = new ArrayList<>();
    private Optional<Published> published = Optional.empty();
    private Optional<Handle> gradient = Optional.empty();
    private String vector = "";
    private TreeSum tree;

    SimulatedRange(SimulatedNetwork network, String server, int partitions) {
        this.network = network;
        this.server = server;
        this.partitions = partitions;
        this.tree = new TreeSum(partitions);
    }

    /** See {@link SimulatedVector}. */
    String vector() {
        return vector;
    }

    /** Sums of partitions, each the set of its partitions, and more where somebody lied. */
    TreeSum tree() {
        return tree;
    }

    /** Another version, without a gradient yet. */
    void take(String next) {
        vector = next;
        tree = new TreeSum(partitions);
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
        return network.publish(what + "/" + server + "/" + stamp.key(), vector);
    }

    Handle publishGradient(Stamp stamp) {
        int sum = (int) tree.total().orElseThrow().get(0);
        Handle handle = network.publish("gradient/" + server + "/" + stamp.key(), Integer.toString(sum));
        gradient = Optional.of(handle);
        return handle;
    }

    void freeGradient() {
        gradient.ifPresent(network::release);
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
        Stream.of(version.workerWeights(), version.first(), version.second()).forEach(network::release);
    }
}
