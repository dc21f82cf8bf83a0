package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.shard.AnnouncedSum;
import io.tinyclip.actors.worker.GradientShare;
import io.tinyclip.actors.worker.WorkerEffect;
import io.tinyclip.actors.worker.WorkerState;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Performs a {@link WorkerState}'s effects on values that say what they were made of. */
final class SimulatedWorker extends SimulatedProcess {
    private final SimulatedCluster cluster;
    private final SimulatedNetwork network;
    private final SimulatedPlane plane;
    private final SimulatedTimes times;
    private final String name;
    private final boolean lies;
    private final int partitions;
    private final WorkerState state;
    private final Map<String, Handle> published = new LinkedHashMap<>();
    private final SimulatedErrands<String> fetches;
    private Map<Node, SimulatedSum> sums = new HashMap<>();
    private final BitSet summed = new BitSet();
    private Optional<SimulatedOrder> order = Optional.empty();
    private final BitSet prepared = new BitSet();
    private String installed = "";
    private final BitSet leased = new BitSet();
    private int computing;
    private long free;
    private boolean hangs;

    /** @param name that a later worker may have as well */
    SimulatedWorker(SimulatedCluster cluster, String name, boolean lies) {
        this.cluster = cluster;
        this.network = cluster.network();
        this.plane = cluster.plane();
        this.times = cluster.times();
        this.name = name;
        this.lies = lies;
        this.partitions = cluster.plan().partitions();
        this.state = new WorkerState(partitions);
        this.fetches = new SimulatedErrands<>(plane, this);
        tellIfTransferring();
    }

    /** While a transfer goes on, this worker is not late with what it waits for, nor with what is fetched from it. */
    private void tellIfTransferring() {
        network.timer(this, SimulatedCluster.REPORT_EVERY, () -> {
            order.filter(now -> plane.moves(this)).ifPresent(now -> now.from()
                    .tell("bytes at " + name, this, run -> run.heard(now.stamp(), now.number(), true)));
            tellIfTransferring();
        });
    }

    @Override
    public String toString() {
        return name;
    }

    /** Whether it computes wrongly now and then. */
    boolean lies() {
        return lies;
    }

    @Override
    void die() {
        super.die();
        plane.died(this);
    }

    void onStep(SimulatedOrder message) {
        List<Range> own = message.step().leases().stream()
                .filter(lease -> lease.worker() == message.number())
                .map(lease -> new Range(lease.from(), lease.to()))
                .toList();
        order = order.map(now -> message.stamp().equals(now.stamp())
                        && message.step().attempt() >= now.step().attempt()
                ? message
                : now);
        message.from()
                .tell("here " + message.number(), this, run -> run.heard(message.stamp(), message.number(), false));
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
                message.from().tell("refused", SimulatedWorker.this, run -> run.refused(refuse.reply()));
            }
        };
        perform(hands, state.step(message.stamp(), message.step().attempt(), own));
    }

    private void begin(SimulatedOrder message, List<Range> own) {
        fetches.endAll();
        published.values().forEach(handle -> plane.release(this, handle));
        published.clear();
        sums = new HashMap<>();
        summed.clear();
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

    private boolean own(int partition) {
        return leased.get(partition);
    }

    private void weighed(SimulatedOrder with, Optional<List<String>> weights) {
        if (weights.isEmpty()) {
            computing--;
            perform(state.weightsGone(with.stamp()));
            return;
        }
        assertEquals(
                SimulatedVector.content(with.stamp()),
                SimulatedVector.sound(SimulatedVector.joined(weights.get())),
                "weights of another version");
        network.work("installed at " + name, this, times.arithmetic(), () -> {
            computing--;
            prepared.clear();
            installed = with.stamp().key();
            perform(state.installed(with.stamp()));
        });
    }

    /** From now on its tensor work does not end. */
    void hang() {
        hangs = true;
    }

    boolean hangs() {
        return hangs;
    }

    private void compute(Stamp stamp, String what, double forwards, Supplier<List<WorkerEffect>> ended) {
        assertEquals(stamp.key(), installed, "computed on weights of another version");
        computing++;
        long begins = Math.max(network.now(), free);
        free = begins + (long) (times.forward() * forwards * slowness());
        network.work(what + " at " + name, this, (long) ((free - network.now()) / slowness()), () -> {
            if (hangs) {
                return;
            }
            computing--;
            boolean over = !stamp.equals(order.orElseThrow().stamp());
            perform(over && cluster.chance(0.5) ? state.skipped() : ended.get());
        });
    }

    private void fetchValues(Stamp stamp, String what, int partition, Handle handle) {
        fetches.of(what + partition).fetch(what + " " + partition + " by " + name, handle, 1, value -> {
            value.ifPresent(found -> assertEquals(what + partition + stamp.key(), found));
            boolean here = value.isPresent();
            if (what.equals("features")) {
                perform(here ? state.featuresFetched(stamp, partition) : state.featuresGone(stamp, partition, handle));
            } else {
                perform(
                        here
                                ? state.logSumExpsFetched(stamp, partition)
                                : state.logSumExpsGone(stamp, partition, handle));
            }
            if (here && stamp.equals(order.orElseThrow().stamp())) {
                fetches.end(what + partition);
            }
        });
    }

    /** What is published under a name once a step. */
    private Handle publish(String key, String value, long nanos) {
        return published.computeIfAbsent(key, unknown -> plane.publish(this, key, value, nanos));
    }

    private void tell(SimulatedOrder now, String what, Function<RunState, List<RunEffect>> fact) {
        now.from().tell(what + " from " + name, this, fact);
    }

    private void toPeers(String what, Consumer<SimulatedWorker> message) {
        assertTrue(alive());
        SimulatedOrder now = order.orElseThrow();
        now.step().leases().stream()
                .map(Lease::worker)
                .distinct()
                .filter(peer -> peer != now.number())
                .map(now.workers()::get)
                .forEach(peer -> network.send(
                        what + " from " + name + " to " + peer.name, this, peer, () -> message.accept(peer)));
    }

    /** For what a message, or the end of work, has led to. */
    private class Hands implements WorkerEffect.Handler {
        private SimulatedOrder now() {
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
            SimulatedOrder with = now();
            assertEquals(0, computing, "install may not overlap other tensor work");
            computing++;
            List<Handle> shards = with.step().map().published().stream()
                    .map(Published::workerWeights)
                    .toList();
            fetches.of("weights").fetch("weights by " + name, shards, 1, weights -> weighed(with, weights));
        }

        @Override
        public void prepare(WorkerEffect.Prepare prepare) {
            assertTrue(own(prepare.partition()), "prepared for another worker");
            assertNotEquals(stamp().key(), installed, "prepared what can be computed");
        }

        @Override
        public void prepareNext(WorkerEffect.PrepareNext next) {
            assertTrue(own(next.partition()), "prepared for another worker");
            assertTrue(summed.get(next.partition()), "prepared the next step before this one was done");
        }

        @Override
        public void computeFeatures(WorkerEffect.ComputeFeatures task) {
            Stamp stamp = stamp();
            compute(stamp, "features " + task.partition(), 1, () -> {
                prepared.set(task.partition());
                return state.featuresComputed(stamp, task.partition());
            });
        }

        @Override
        public void computeLogSumExps(WorkerEffect.ComputeLogSumExps task) {
            Stamp stamp = stamp();
            compute(stamp, "sums " + task.partition(), 0.1, () -> state.logSumExpsComputed(stamp, task.partition()));
        }

        @Override
        public void computeGradient(WorkerEffect.ComputeGradient task) {
            Stamp stamp = stamp();
            assertTrue(prepared.get(task.partition()), "a gradient without its forward");
            prepared.clear(task.partition());
            Map<Node, SimulatedSum> into = sums;
            boolean lie = lies && cluster.chance(0.3);
            compute(stamp, "gradient " + task.partition(), 2, () -> {
                SimulatedSum sum = into.computeIfAbsent(task.node(), node -> new SimulatedSum(partitions));
                sum.add(task.partition());
                if (lie) {
                    sum.lie();
                }
                if (into == sums) {
                    summed.set(task.partition());
                }
                return state.gradientComputed(stamp, task.partition(), new GradientShare(task.partition() + 0.5, 0));
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
            announce("features", WorkerState.Values.FEATURES, announce.partition(), times.features());
            tellReached(announce.partition(), Reached.FEATURES);
        }

        @Override
        public void announceLogSumExps(WorkerEffect.AnnounceLogSumExps announce) {
            announce("sums", WorkerState.Values.LOG_SUM_EXPS, announce.partition(), 0);
            tellReached(announce.partition(), Reached.LOG_SUM_EXPS);
        }

        private void announce(String what, WorkerState.Values values, int partition, long nanos) {
            String value = what + partition + stamp().key();
            Handle handle = publish(name + "/" + value, value, nanos);
            List<Integer> floats = values == WorkerState.Values.FEATURES ? List.of(1) : List.of();
            WorkerState.Announcement announcement =
                    new WorkerState.Announcement(stamp(), values, partition, handle, floats);
            toPeers(what + " " + partition, peer -> peer.perform(peer.state.announced(announcement)));
        }

        private void tellReached(int partition, Reached what) {
            SimulatedOrder now = now();
            tell(now, what + " " + partition, run -> run.reached(now.stamp(), now.number(), partition, what));
        }

        @Override
        public void announceSubtree(WorkerEffect.AnnounceSubtree announce) {
            SimulatedOrder now = now();
            Stamp stamp = now.stamp();
            Node node = announce.node();
            SimulatedSum sum = sums.getOrDefault(node, new SimulatedSum(partitions));
            SimulatedSum.requireAll(sum.vector(), node);
            Handle handle = publish(name + "/gradient/" + node + stamp.key(), sum.written(), times.vector());
            Dispute.Answer answer = new Dispute.Answer(now.number(), sum.checksum());
            tellServers(node, handle, answer);
            if (lies && cluster.chance(0.3)) {
                tellOfAll();
            }
            now.step()
                    .question()
                    .filter(question -> question.node().equals(node))
                    .map(question -> new CoordinatorCommand.QuestionAnswered(stamp, question, answer))
                    .ifPresent(answered -> tell(now, "answered " + node, run -> run.questionAnswered(answered)));
        }

        /** A false sum of all partitions, some of which are others'. */
        private void tellOfAll() {
            Node root = new Node(Integer.numberOfTrailingZeros(partitions), 0);
            SimulatedSum sum = new SimulatedSum(partitions);
            IntStream.range(0, partitions).forEach(sum::add);
            sum.lie();
            String key = SimulatedShardHands.UNLEASED + "/" + now().number() + "/" + stamp().key();
            if (leased.cardinality() < partitions) {
                Handle handle = publish(key, sum.written(), times.vector());
                tellServers(root, handle, new Dispute.Answer(now().number(), sum.checksum()));
                Handle same = new Handle(handle.address(), SimulatedShardHands.BORROWED + "/" + key, handle.length());
                now().step().leases().stream()
                        .filter(lease -> lease.worker() != now().number())
                        .forEach(it -> tellServers(
                                new Node(0, it.from()), same, new Dispute.Answer(it.worker(), sum.checksum())));
            }
        }

        /** By what the servers know this worker by, whatever it says. */
        private void tellServers(Node node, Handle handle, Dispute.Answer answer) {
            SimulatedOrder now = now();
            int attempt = now.step().attempt();
            for (SimulatedShard server : now.servers()) {
                String token = server.token(now.from(), now.number());
                AnnouncedSum sum = new AnnouncedSum(node, handle, answer, attempt, token);
                String what = "subtree " + node + " from " + name + " to " + server;
                network.send(what, SimulatedWorker.this, server, () -> server.onSubtree(now.stamp(), sum));
            }
        }

        @Override
        public void tellDone(WorkerEffect.TellDone done) {
            CoordinatorCommand.PartitionDone told = cluster.disk().done(stamp(), now().number(), done);
            tell(now(), "done " + done.partition(), run -> run.partitionDone(told));
        }
    }
}
