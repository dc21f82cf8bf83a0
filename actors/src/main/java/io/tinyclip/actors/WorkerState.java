package io.tinyclip.actors;

import io.tinyclip.actors.WorkerEffect.AnnounceFeatures;
import io.tinyclip.actors.WorkerEffect.AnnounceLogSumExps;
import io.tinyclip.actors.WorkerEffect.AnnounceSubtree;
import io.tinyclip.actors.WorkerEffect.ComputeFeatures;
import io.tinyclip.actors.WorkerEffect.ComputeGradient;
import io.tinyclip.actors.WorkerEffect.ComputeLogSumExps;
import io.tinyclip.actors.WorkerEffect.FetchFeatures;
import io.tinyclip.actors.WorkerEffect.FetchLogSumExps;
import io.tinyclip.actors.WorkerEffect.ForgetStep;
import io.tinyclip.actors.WorkerEffect.Install;
import io.tinyclip.actors.WorkerEffect.Prepare;
import io.tinyclip.actors.WorkerEffect.PrepareNext;
import io.tinyclip.actors.WorkerEffect.Refuse;
import io.tinyclip.actors.WorkerEffect.TellDone;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Decides what a worker does in a step. Facts go in, effects come out.
 *
 * <pre>
 * IDLE        a step with leases      -> DRAINING where an older step still computes, else INSTALLING
 * DRAINING    nothing computes        -> INSTALLING
 * INSTALLING  weights are installed   -> COMPUTING       weights are gone -> IDLE, until the step is sent again
 * COMPUTING   features of own partitions; with all features: log-sum-exps; with all of those: gradients
 * </pre>
 *
 * Whenever the weights are awaited, own partitions are prepared: those of this step, and once all gradients are computed,
 * the same partitions of the next. That overlaps everything, and nothing waits for its end.
 *
 * <p>A step that comes again makes the worker announce again what it has: so a lost announcement costs time only, and a
 * partition that was a dead worker's reaches whoever did not get it.
 */
final class WorkerState {
    private enum Mode {
        IDLE,
        DRAINING,
        INSTALLING,
        COMPUTING
    }

    /** What peers tell each other of a partition. */
    enum Values {
        FEATURES,
        LOG_SUM_EXPS
    }

    /** @param floats as {@link FeatureBlock#floats} has them; empty of log-sum-exps */
    record Announcement(Stamp stamp, Values of, int partition, Handle handle, List<Integer> floats) {}

    /** Announcements a partition that are kept early: both kinds, from as many as two workers. */
    private static final int MOST_EARLY = 4;

    private record Done(double loss, double entropy) {}

    private final int partitions;
    private Optional<Stamp> at = Optional.empty();
    private int attempt;
    private Mode mode = Mode.IDLE;
    private int running;
    private final BitSet own = new BitSet();
    private final List<Node> nodes = new ArrayList<>();
    private final BitSet preparations = new BitSet();
    private final Gathering features = new Gathering();
    private final Gathering logSumExps = new Gathering();
    private final BitSet forwards = new BitSet();
    private final BitSet prepared = new BitSet();
    private final BitSet sums = new BitSet();
    private final BitSet gradients = new BitSet();
    private final Map<Integer, Done> done = new TreeMap<>();
    private final Queue<Announcement> early = new ArrayDeque<>();
    private List<WorkerEffect> effects = new ArrayList<>();

    /** @param partitions V */
    WorkerState(int partitions) {
        this.partitions = partitions;
    }

    /**
     * A step begins, or comes again.
     *
     * @param leases partitions that are this worker's
     */
    List<WorkerEffect> step(Stamp stamp, int granted, List<Range> leases) {
        Optional<Refused> refusal = at.flatMap(current -> Fence.refusal(stamp, current));
        if (refusal.isPresent()) {
            effects.add(new Refuse(refusal.get()));
        } else if (leases.isEmpty() && !current(stamp)) {
            // What this worker is late with is of use to nobody but those who compare answers: it goes on with that.
            return done();
        } else if (at.isEmpty() || at.get().before(stamp)) {
            start(stamp, granted, leases);
        } else if (stamp.equals(at.get()) && granted >= attempt) {
            attempt = granted;
            lease(leases);
            announceAgain();
            install();
            prepare();
            advance();
        }
        return done();
    }

    /** The weights are installed. */
    List<WorkerEffect> installed(Stamp stamp) {
        if (ended(stamp)) {
            mode = Mode.COMPUTING;
            advance();
        }
        return done();
    }

    /** The weights could not be had. */
    List<WorkerEffect> weightsGone(Stamp stamp) {
        if (ended(stamp)) {
            mode = Mode.IDLE;
        }
        return done();
    }

    List<WorkerEffect> featuresComputed(Stamp stamp, int partition) {
        if (ended(stamp)) {
            prepared.set(partition);
            featuresHere(partition);
        }
        return done();
    }

    /** A peer has something; what is of a step that is not known here yet is kept until it is. */
    List<WorkerEffect> announced(Announcement announced) {
        Optional<Refused> refusal = at.flatMap(current -> Fence.refusal(announced.stamp, current));
        if (refusal.isPresent()) {
            effects.add(new Refuse(refusal.get()));
        } else if (at.isEmpty() || at.get().before(announced.stamp)) {
            early.add(announced);
            if (early.size() > MOST_EARLY * partitions) {
                early.remove();
            }
        } else if (announced.stamp.equals(at.get())) {
            fetch(announced);
        }
        return done();
    }

    List<WorkerEffect> featuresFetched(Stamp stamp, int partition) {
        if (current(stamp)) {
            featuresHere(partition);
        }
        return done();
    }

    /** A fetch failed: whoever has the features now announces them again. */
    List<WorkerEffect> featuresGone(Stamp stamp, int partition, Handle handle) {
        if (current(stamp)) {
            features.gone(partition, handle);
        }
        return done();
    }

    List<WorkerEffect> logSumExpsComputed(Stamp stamp, int partition) {
        if (ended(stamp)) {
            logSumExpsHere(partition);
        }
        return done();
    }

    List<WorkerEffect> logSumExpsFetched(Stamp stamp, int partition) {
        if (current(stamp)) {
            logSumExpsHere(partition);
        }
        return done();
    }

    List<WorkerEffect> logSumExpsGone(Stamp stamp, int partition, Handle handle) {
        if (current(stamp)) {
            logSumExps.gone(partition, handle);
        }
        return done();
    }

    List<WorkerEffect> gradientComputed(Stamp stamp, int partition, double loss, double entropy) {
        if (ended(stamp)) {
            done.put(partition, new Done(loss, entropy));
            effects.add(new TellDone(partition, loss, entropy));
            Node node = nodeOf(partition);
            if (summed(node)) {
                effects.add(new AnnounceSubtree(node));
            }
            if (done.size() == own.cardinality()) {
                own.stream().forEach(p -> effects.add(new PrepareNext(p)));
            }
        }
        return done();
    }

    /** Something that was to compute did not, as its step was over. */
    List<WorkerEffect> skipped() {
        ended();
        return done();
    }

    /** How much of this worker's engine is in use. */
    int running() {
        return running;
    }

    private void start(Stamp stamp, int granted, List<Range> leases) {
        at = Optional.of(stamp);
        attempt = granted;
        mode = running > 0 ? Mode.DRAINING : Mode.IDLE;
        own.clear();
        nodes.clear();
        preparations.clear();
        features.clear();
        logSumExps.clear();
        forwards.clear();
        prepared.clear();
        sums.clear();
        gradients.clear();
        done.clear();
        effects.add(new ForgetStep());
        lease(leases);
        install();
        prepare();
        List<Announcement> held = List.copyOf(early);
        early.clear();
        held.stream().filter(announced -> announced.stamp.equals(stamp)).forEach(this::fetch);
    }

    private void fetch(Announcement announced) {
        int partition = announced.partition;
        if (announced.of == Values.FEATURES && features.wants(announced)) {
            effects.add(new FetchFeatures(partition, announced.handle, announced.floats));
        } else if (announced.of == Values.LOG_SUM_EXPS && logSumExps.wants(announced)) {
            effects.add(new FetchLogSumExps(partition, announced.handle));
        }
    }

    private void lease(List<Range> leases) {
        for (Range lease : leases) {
            Node.covering(lease.from(), lease.to()).forEach(this::own);
        }
    }

    /** A partition belongs to one node only: its gradient is added once. */
    private void own(Node node) {
        if (own.get(node.from(), node.to()).isEmpty()) {
            nodes.add(node);
        } else {
            IntStream.range(node.from(), node.to()).filter(p -> !own.get(p)).forEach(p -> nodes.add(new Node(0, p)));
        }
        own.set(node.from(), node.to());
    }

    private void install() {
        if (mode == Mode.IDLE && !own.isEmpty()) {
            mode = Mode.INSTALLING;
            run(new Install());
        }
    }

    private void prepare() {
        if (mode != Mode.COMPUTING) {
            forEachNew(own, preparations, p -> effects.add(new Prepare(p)));
        }
    }

    private void announceAgain() {
        own.stream().filter(features.here::get).forEach(p -> effects.add(new AnnounceFeatures(p)));
        own.stream().filter(logSumExps.here::get).forEach(p -> effects.add(new AnnounceLogSumExps(p)));
        nodes.stream().filter(this::summed).forEach(node -> effects.add(new AnnounceSubtree(node)));
        done.forEach((partition, it) -> effects.add(new TellDone(partition, it.loss, it.entropy)));
    }

    private void featuresHere(int partition) {
        features.here.set(partition);
        if (own.get(partition)) {
            effects.add(new AnnounceFeatures(partition));
        }
        advance();
    }

    private void logSumExpsHere(int partition) {
        logSumExps.here.set(partition);
        if (own.get(partition)) {
            effects.add(new AnnounceLogSumExps(partition));
        }
        advance();
    }

    /**
     * Starts whatever can be computed now. A gradient needs its partition's forward to have been computed here, even where
     * the features came from a peer that is lost.
     */
    private void advance() {
        if (mode != Mode.COMPUTING) {
            return;
        }
        forEachNew(own, forwards, p -> run(new ComputeFeatures(p)));
        if (features.complete()) {
            forEachNew(own, sums, p -> run(new ComputeLogSumExps(p)));
        }
        if (features.complete() && logSumExps.complete()) {
            forEachNew(prepared, gradients, p -> run(new ComputeGradient(p, nodeOf(p))));
        }
    }

    /** Puts what is in {@code all} into {@code begun} as well, and does something for each that was not there. */
    private static void forEachNew(BitSet all, BitSet begun, IntConsumer begin) {
        BitSet fresh = (BitSet) all.clone();
        fresh.andNot(begun);
        begun.or(fresh);
        fresh.stream().forEach(begin);
    }

    private Node nodeOf(int partition) {
        return nodes.stream()
                .filter(node -> node.from() <= partition && partition < node.to())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("partition [" + partition + "] is not leased here"));
    }

    private boolean summed(Node node) {
        for (int p = node.from(); p < node.to(); p++) {
            if (!done.containsKey(p)) {
                return false;
            }
        }
        return true;
    }

    private void run(WorkerEffect compute) {
        running++;
        effects.add(compute);
    }

    /** Something that computed has ended. @return whether it is about the step that this worker is at */
    private boolean ended(Stamp stamp) {
        ended();
        return current(stamp);
    }

    private void ended() {
        running--;
        if (mode == Mode.DRAINING && running == 0) {
            mode = Mode.IDLE;
            install();
        }
    }

    private boolean current(Stamp stamp) {
        return at.filter(stamp::equals).isPresent();
    }

    private List<WorkerEffect> done() {
        List<WorkerEffect> result = List.copyOf(effects);
        effects = new ArrayList<>();
        return result;
    }

    /** Which partitions' values are here, and from where others are being fetched. */
    private final class Gathering {
        private final BitSet here = new BitSet();
        private final Map<Integer, Handle> fetching = new HashMap<>();

        /** A second source is fetched from at once: the first may be a worker that is dead. */
        boolean wants(Announcement announced) {
            return !here.get(announced.partition)
                    && !announced.handle.equals(fetching.put(announced.partition, announced.handle));
        }

        void gone(int partition, Handle handle) {
            fetching.remove(partition, handle);
        }

        boolean complete() {
            return here.cardinality() == partitions;
        }

        void clear() {
            here.clear();
            fetching.clear();
        }
    }
}
