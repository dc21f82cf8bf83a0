package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.worker.WorkerEffect;
import io.tinyclip.actors.worker.WorkerState;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Performs a {@link WorkerState}'s effects on values that say what they were made of. */
final class SimulatedWorker extends SimulatedProcess {
    /**
     * A step as it comes to one worker.
     *
     * @param number what its sender calls the receiver
     * @param workers of the sender, by its numbers
     * @param servers in the order of their ranges
     */
    record Order(
            SimulatedCoordinator from,
            int number,
            RunEffect.SendStep step,
            List<SimulatedWorker> workers,
            List<SimulatedShard> servers) {
        private Stamp stamp() {
            return step.stamp();
        }
    }

    private final SimulatedCluster cluster;
    private final SimulatedNetwork network;
    private final int name;
    private final boolean lies;
    private final int partitions;
    private final WorkerState state;
    private final List<Handle> published = new ArrayList<>();
    private Map<Node, Integer> sums = new HashMap<>();
    private Optional<Order> order = Optional.empty();
    private final BitSet prepared = new BitSet();
    private String installed = "";
    private final BitSet leased = new BitSet();
    private int computing;

    SimulatedWorker(SimulatedCluster cluster, SimulatedNetwork network, int name, boolean lies) {
        this.cluster = cluster;
        this.network = network;
        this.name = name;
        this.lies = lies;
        this.partitions = Fixture.compress().partitions();
        this.state = new WorkerState(partitions);
    }

    /** Whether it computes wrongly now and then. */
    boolean lies() {
        return lies;
    }

    @Override
    void die() {
        super.die();
        published.forEach(network::release);
    }

    void onStep(Order message) {
        List<Range> own = message.step.leases().stream()
                .filter(lease -> lease.worker() == message.number)
                .map(lease -> new Range(lease.from(), lease.to()))
                .toList();
        order = order.map(now ->
                message.stamp().equals(now.stamp()) && message.step.attempt() >= now.step.attempt() ? message : now);
        message.from.tell("here " + message.number, run -> run.heard(message.stamp(), message.number, false));
        if (order.filter(now -> now.stamp().equals(message.stamp())).isPresent()) {
            own.forEach(range -> leased.set(range.from(), range.to()));
        }
        Hands hands = new Hands() {
            @Override
            public void forgetStep(WorkerEffect.ForgetStep forget) {
                begin(message, own);
            }

            @Override
            public void refuse(WorkerEffect.Refuse refuse) {
                message.from.tell("refused", run -> run.refused(refuse.reply()));
            }
        };
        perform(hands, state.step(message.stamp(), message.step.attempt(), own));
    }

    private void begin(Order message, List<Range> own) {
        published.forEach(network::release);
        published.clear();
        sums = new HashMap<>();
        order = Optional.of(message);
        leased.clear();
        own.forEach(range -> leased.set(range.from(), range.to()));
    }

    private void perform(List<WorkerEffect> effects) {
        perform(new Hands(), effects);
    }

    private void perform(Hands hands, List<WorkerEffect> effects) {
        effects.forEach(effect -> effect.on(hands));
        assertEquals(computing, state.running());
    }

    private static void tellReached(Order now, int partition, Reached what) {
        now.from.reached(new CoordinatorCommand.PartitionReached(now.stamp(), now.number, partition, what));
    }

    private boolean own(int partition) {
        return leased.get(partition);
    }

    private void installEnded(Order with) {
        computing--;
        List<Handle> shards = with.step.map().published().stream()
                .map(Published::workerWeights)
                .toList();
        boolean here = shards.stream().allMatch(handle -> network.fetch(handle).isPresent());
        shards.forEach(handle -> network.fetch(handle)
                .ifPresent(weights -> assertEquals(
                        SimulatedVector.content(with.stamp()),
                        SimulatedVector.sound(weights),
                        "weights of another version")));
        prepared.clear();
        installed = here ? with.stamp().key() : installed;
        perform(here ? state.installed(with.stamp()) : state.weightsGone(with.stamp()));
    }

    private void compute(Stamp stamp, String what, Supplier<List<WorkerEffect>> ended) {
        assertEquals(stamp.key(), installed, "computed on weights of another version");
        computing++;
        network.work(what + " at " + name, this, () -> {
            computing--;
            boolean over = !stamp.equals(order.orElseThrow().stamp());
            perform(over && cluster.chance(0.5) ? state.skipped() : ended.get());
        });
    }

    private void fetchValues(Stamp stamp, String what, int partition, Handle handle) {
        network.work("fetch " + what + " " + partition + " at " + name, this, () -> {
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

    private Handle publish(String what, int partition) {
        String value = what + partition + order.orElseThrow().stamp().key();
        return keep(network.publish(name + "/" + value, value));
    }

    private Handle keep(Handle handle) {
        published.add(handle);
        return handle;
    }

    private void toPeers(String what, Consumer<SimulatedWorker> message) {
        assertTrue(alive());
        Order now = order.orElseThrow();
        now.step.leases().stream()
                .map(Lease::worker)
                .distinct()
                .filter(peer -> peer != now.number)
                .map(now.workers::get)
                .forEach(peer ->
                        network.send(what + " from " + name + " to " + peer.name, peer, () -> message.accept(peer)));
    }

    /** For what a message, or the end of work, has led to. */
    private class Hands implements WorkerEffect.Handler {
        private Order now() {
            return order.orElseThrow();
        }

        private Stamp stamp() {
            return now().stamp();
        }

        @Override
        public void forgetStep(WorkerEffect.ForgetStep forget) {
            throw new AssertionError("nobody asked for a step");
        }

        /** Whoever announced something late does nothing about it. */
        @Override
        public void refuse(WorkerEffect.Refuse refuse) {}

        @Override
        public void install(WorkerEffect.Install install) {
            Order with = now();
            assertEquals(0, computing, "install may not overlap other tensor work");
            computing++;
            network.work("install at " + name, SimulatedWorker.this, () -> installEnded(with));
        }

        @Override
        public void prepare(WorkerEffect.Prepare prepare) {
            assertTrue(own(prepare.partition()), "prepared for another worker");
            assertNotEquals(stamp().key(), installed, "prepared what can be computed");
        }

        @Override
        public void prepareNext(WorkerEffect.PrepareNext next) {
            assertTrue(own(next.partition()), "prepared for another worker");
            int summed = sums.values().stream().reduce(0, (a, b) -> a | b);
            assertTrue((summed >> next.partition() & 1) == 1, "prepared the next step before this one was done");
        }

        @Override
        public void computeFeatures(WorkerEffect.ComputeFeatures task) {
            Stamp stamp = stamp();
            compute(stamp, "features " + task.partition(), () -> {
                prepared.set(task.partition());
                return state.featuresComputed(stamp, task.partition());
            });
        }

        @Override
        public void computeLogSumExps(WorkerEffect.ComputeLogSumExps task) {
            Stamp stamp = stamp();
            compute(stamp, "sums " + task.partition(), () -> state.logSumExpsComputed(stamp, task.partition()));
        }

        @Override
        public void computeGradient(WorkerEffect.ComputeGradient task) {
            Stamp stamp = stamp();
            assertTrue(prepared.get(task.partition()), "a gradient without its forward");
            prepared.clear(task.partition());
            Map<Node, Integer> into = sums;
            boolean lie = lies && cluster.chance(0.3);
            compute(stamp, "gradient " + task.partition(), () -> {
                into.merge(task.node(), (1 << task.partition()) + (lie ? SimulatedVector.LIE : 0), (a, b) -> {
                    assertEquals(0, a & b & (SimulatedVector.LIE - 1), "a partition was added twice");
                    return a + b;
                });
                return state.gradientComputed(stamp, task.partition(), task.partition() + 0.5, 0);
            });
        }

        @Override
        public void fetchFeatures(WorkerEffect.FetchFeatures fetch) {
            fetchValues(stamp(), "features", fetch.partition(), fetch.handle());
        }

        @Override
        public void fetchLogSumExps(WorkerEffect.FetchLogSumExps fetch) {
            fetchValues(stamp(), "sums", fetch.partition(), fetch.handle());
        }

        @Override
        public void announceFeatures(WorkerEffect.AnnounceFeatures announce) {
            announce("features", WorkerState.Values.FEATURES, announce.partition(), List.of(1));
            tellReached(now(), announce.partition(), Reached.FEATURES);
        }

        @Override
        public void announceLogSumExps(WorkerEffect.AnnounceLogSumExps announce) {
            announce("sums", WorkerState.Values.LOG_SUM_EXPS, announce.partition(), List.of());
            tellReached(now(), announce.partition(), Reached.LOG_SUM_EXPS);
        }

        private void announce(String what, WorkerState.Values values, int partition, List<Integer> floats) {
            WorkerState.Announcement announcement =
                    new WorkerState.Announcement(stamp(), values, partition, publish(what, partition), floats);
            toPeers(what, peer -> peer.perform(peer.state.announced(announcement)));
        }

        @Override
        public void announceSubtree(WorkerEffect.AnnounceSubtree announce) {
            Order now = now();
            Stamp stamp = now.stamp();
            Node node = announce.node();
            int sum = sums.getOrDefault(node, 0);
            int all = (1 << node.to()) - (1 << node.from());
            assertEquals(all, sum % SimulatedVector.LIE, "announced before all partitions under " + node + " were in");
            Handle handle = keep(network.publish(name + "/gradient/" + node + stamp.key(), Integer.toString(sum)));
            Dispute.Answer answer = new Dispute.Answer(now.number, sum);
            tellServers(node, handle, answer);
            if (lies && cluster.chance(0.3)) {
                tellOfAll();
            }
            now.step
                    .question()
                    .filter(question -> question.node().equals(node))
                    .map(question -> new CoordinatorCommand.QuestionAnswered(stamp, question, answer))
                    .ifPresent(answered -> now.from.tell("answered " + node, run -> run.questionAnswered(answered)));
        }

        /** A false sum of all partitions, some of which are others'. */
        private void tellOfAll() {
            Node root = new Node(Integer.numberOfTrailingZeros(partitions), 0);
            int sum = SimulatedVector.LIE + (1 << partitions) - 1;
            String key = SimulatedShardHands.UNLEASED + "/" + now().number + "/" + stamp().key();
            if (leased.cardinality() < partitions) {
                Handle handle = keep(network.publish(key, Integer.toString(sum)));
                tellServers(root, handle, new Dispute.Answer(now().number, sum));
            }
        }

        private void tellServers(Node node, Handle handle, Dispute.Answer answer) {
            Order now = now();
            now.servers.forEach(server -> network.send(
                    "subtree " + node,
                    server,
                    () -> server.onSubtree(now.stamp(), node, handle, answer, now.step.attempt())));
        }

        @Override
        public void tellDone(WorkerEffect.TellDone done) {
            CoordinatorCommand.PartitionDone told =
                    new CoordinatorCommand.PartitionDone(stamp(), now().number, done.partition(), done.loss(), 0);
            now().from.partitionDone(told);
        }
    }
}
