package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Performs a {@link WorkerState}'s effects on values that say what they were made of. */
final class SimulatedWorker {
    private final SimulatedCluster cluster;
    private final SimulatedNetwork network;
    private final int number;
    private final WorkerState state;
    private final List<Handle> published = new ArrayList<>();
    private Map<Node, Integer> sums = new HashMap<>();
    private RunEffect.SendStep step = new RunEffect.SendStep(
            new Stamp(0, Fixture.compress().start(), ""), 0, Samples.UNMASKED, List.of(), List.of());
    private final BitSet prepared = new BitSet();
    private String installed = "";
    private int computing;
    private boolean alive = true;

    SimulatedWorker(SimulatedCluster cluster, SimulatedNetwork network, int number, int partitions) {
        this.cluster = cluster;
        this.network = network;
        this.number = number;
        this.state = new WorkerState(partitions);
    }

    boolean alive() {
        return alive;
    }

    void die() {
        alive = false;
        published.forEach(network::release);
    }

    void onStep(RunEffect.SendStep message) {
        List<Range> own = message.leases().stream()
                .filter(lease -> lease.worker() == number)
                .map(lease -> new Range(lease.from(), lease.to()))
                .toList();
        if (message.stamp().equals(step.stamp()) && message.attempt() >= step.attempt()) {
            step = message;
        }
        for (WorkerEffect effect : state.step(message.stamp(), message.attempt(), own)) {
            if (effect instanceof WorkerEffect.ForgetStep) {
                published.forEach(network::release);
                published.clear();
                sums = new HashMap<>();
                step = message;
            } else if (effect instanceof WorkerEffect.Refuse refuse) {
                cluster.tell("refused", run -> run.refused(refuse.reply()));
            } else {
                perform(effect);
            }
        }
        assertEquals(computing, state.running());
    }

    private void perform(List<WorkerEffect> effects) {
        effects.forEach(this::perform);
        assertEquals(computing, state.running());
    }

    private void perform(WorkerEffect effect) {
        Stamp stamp = step.stamp();
        if (effect instanceof WorkerEffect.Install) {
            install(step);
        } else if (effect instanceof WorkerEffect.Prepare prepare) {
            assertTrue(own(prepare.partition()), "prepared for another worker");
            assertNotEquals(stamp.key(), installed, "prepared what can be computed");
        } else if (effect instanceof WorkerEffect.PrepareNext next) {
            assertTrue(own(next.partition()), "prepared for another worker");
            int summed = sums.values().stream().reduce(0, (a, b) -> a | b);
            assertTrue((summed >> next.partition() & 1) == 1, "prepared the next step before this one was done");
        } else if (effect instanceof WorkerEffect.ComputeFeatures compute) {
            compute(stamp, "features " + compute.partition(), () -> {
                prepared.set(compute.partition());
                return state.featuresComputed(stamp, compute.partition());
            });
        } else if (effect instanceof WorkerEffect.ComputeLogSumExps compute) {
            compute(stamp, "sums " + compute.partition(), () -> state.logSumExpsComputed(stamp, compute.partition()));
        } else if (effect instanceof WorkerEffect.ComputeGradient compute) {
            gradient(stamp, compute);
        } else if (effect instanceof WorkerEffect.FetchFeatures fetch) {
            fetch(stamp, "features", fetch.partition(), fetch.handle());
        } else if (effect instanceof WorkerEffect.FetchLogSumExps fetch) {
            fetch(stamp, "sums", fetch.partition(), fetch.handle());
        } else if (effect instanceof WorkerEffect.AnnounceFeatures announce) {
            Handle handle = publish("features", announce.partition());
            toPeers(
                    "features",
                    peer -> peer.perform(peer.state.announced(new WorkerState.Announcement(
                            stamp, WorkerState.Values.FEATURES, announce.partition(), handle, 1))));
        } else if (effect instanceof WorkerEffect.AnnounceLogSumExps announce) {
            Handle handle = publish("sums", announce.partition());
            toPeers(
                    "sums",
                    peer -> peer.perform(peer.state.announced(new WorkerState.Announcement(
                            stamp, WorkerState.Values.LOG_SUM_EXPS, announce.partition(), handle, 0))));
        } else if (effect instanceof WorkerEffect.AnnounceSubtree announce) {
            announce(stamp, announce.node());
        } else if (effect instanceof WorkerEffect.TellDone done) {
            cluster.tell("done " + done.partition(), run -> run.partitionDone(stamp, done.partition(), done.loss(), 0));
        }
    }

    private boolean own(int partition) {
        return step.leases().stream()
                .anyMatch(lease -> lease.worker() == number && lease.from() <= partition && partition < lease.to());
    }

    private void install(RunEffect.SendStep with) {
        assertEquals(0, computing, "install may not overlap other tensor work");
        computing++;
        network.work("install at " + number, this::alive, () -> {
            computing--;
            List<Handle> shards =
                    with.shards().stream().map(Published::workerWeights).toList();
            boolean here =
                    shards.stream().allMatch(handle -> network.fetch(handle).isPresent());
            shards.forEach(handle -> network.fetch(handle)
                    .ifPresent(weights -> assertEquals(with.stamp().key(), weights, "weights of another version")));
            prepared.clear();
            installed = here ? with.stamp().key() : installed;
            perform(here ? state.installed(with.stamp()) : state.weightsGone(with.stamp()));
        });
    }

    private void compute(Stamp stamp, String what, Supplier<List<WorkerEffect>> ended) {
        assertEquals(stamp.key(), installed, "computed on weights of another version");
        computing++;
        network.work(what + " at " + number, this::alive, () -> {
            computing--;
            boolean over = !stamp.equals(step.stamp());
            perform(over && cluster.chance(0.5) ? state.skipped() : ended.get());
        });
    }

    private void gradient(Stamp stamp, WorkerEffect.ComputeGradient order) {
        assertTrue(prepared.get(order.partition()), "a gradient without its forward");
        prepared.clear(order.partition());
        Map<Node, Integer> into = sums;
        compute(stamp, "gradient " + order.partition(), () -> {
            into.merge(order.node(), 1 << order.partition(), (a, b) -> {
                assertEquals(0, a & b, "a partition was added twice");
                return a | b;
            });
            return state.gradientComputed(stamp, order.partition(), order.partition() + 0.5, 0);
        });
    }

    private void fetch(Stamp stamp, String what, int partition, Handle handle) {
        network.work("fetch " + what + " " + partition + " at " + number, this::alive, () -> {
            boolean here = network.fetch(handle).isPresent();
            network.fetch(handle).ifPresent(value -> assertEquals(what + partition + stamp.key(), value));
            if (what.equals("features")) {
                perform(here ? state.featuresFetched(stamp, partition) : state.featuresGone(stamp, partition, handle));
            } else {
                perform(
                        here
                                ? state.logSumExpsFetched(stamp, partition)
                                : state.logSumExpsGone(stamp, partition, handle));
            }
        });
    }

    private void announce(Stamp stamp, Node node) {
        int sum = sums.getOrDefault(node, 0);
        int all = (1 << node.to()) - (1 << node.from());
        assertEquals(all, sum, "announced before all partitions under " + node + " were in");
        Handle handle = keep(network.publish(number + "/gradient/" + node + stamp.key(), Integer.toString(sum)));
        cluster.toShards("subtree " + node, shard -> shard.onSubtree(stamp, node, handle));
    }

    private Handle publish(String what, int partition) {
        String value = what + partition + step.stamp().key();
        return keep(network.publish(number + "/" + value, value));
    }

    private Handle keep(Handle handle) {
        published.add(handle);
        return handle;
    }

    private void toPeers(String what, Consumer<SimulatedWorker> message) {
        assertTrue(alive);
        step.leases().stream()
                .map(Lease::worker)
                .distinct()
                .filter(peer -> peer != number)
                .map(cluster::worker)
                .forEach(peer -> network.send(
                        what + " from " + number + " to " + peer.number, peer::alive, () -> message.accept(peer)));
    }
}
