package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.Fence;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.worker.WorkerEffect.AnnounceFeatures;
import io.tinyclip.actors.worker.WorkerEffect.AnnounceLogSumExps;
import io.tinyclip.actors.worker.WorkerEffect.ForgetStep;
import io.tinyclip.actors.worker.WorkerEffect.Install;
import io.tinyclip.actors.worker.WorkerEffect.PrepareNext;
import io.tinyclip.actors.worker.WorkerEffect.Refuse;
import io.tinyclip.optimize.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
 *
 * <p>What is here of all partitions {@link WorkerArrivals} knows, what is this worker's own {@link WorkerSubtrees}, and what
 * can be computed of that {@link WorkerTasks}. Whatever was begun ends once, and weights are installed while nothing computes.
 */
public final class WorkerState {
    private enum Mode {
        IDLE,
        DRAINING,
        INSTALLING,
        COMPUTING
    }

    /** What peers tell each other of a partition. */
    public enum Values {
        FEATURES,
        LOG_SUM_EXPS
    }

    /** @param floats as {@link FeatureBlock#floats} has them; empty of log-sum-exps */
    public record Announcement(Stamp stamp, Values of, int partition, Handle handle, List<Integer> floats) {}

    private final WorkerArrivals arrivals;
    private final WorkerSubtrees leased = new WorkerSubtrees();
    private final WorkerTasks tasks = new WorkerTasks();
    private Optional<Stamp> at = Optional.empty();
    private int attempt;
    private Mode mode = Mode.IDLE;
    private int running;
    private List<WorkerEffect> effects = new ArrayList<>();

    /** @param partitions V */
    public WorkerState(int partitions) {
        this.arrivals = new WorkerArrivals(partitions);
    }

    /** A step in which nothing is computed twice. */
    public List<WorkerEffect> step(Stamp stamp, int granted, List<Range> leases) {
        return step(stamp, granted, leases, List.of());
    }

    /**
     * A step begins, or comes again.
     *
     * @param leases partitions that are this worker's
     * @param seconds partitions that are others', and are computed here too, to be compared
     */
    public List<WorkerEffect> step(Stamp stamp, int granted, List<Range> leases, List<Range> seconds) {
        Optional<Refused> refusal = at.flatMap(current -> Fence.refusal(stamp, current));
        if (refusal.isPresent()) {
            effects.add(new Refuse(refusal.get()));
        } else if (leases.isEmpty() && seconds.isEmpty() && !current(stamp)) {
            // What this worker is late with is of use to nobody but those who compare answers: it goes on with that.
            return done();
        } else if (at.isEmpty() || at.get().before(stamp)) {
            start(stamp, granted, leases, seconds);
        } else if (stamp.equals(at.get()) && granted >= attempt) {
            attempt = granted;
            leased.lease(leases, seconds);
            announceAgain();
            install();
            prepare();
            advance();
        }
        return done();
    }

    /** The weights are installed. */
    public List<WorkerEffect> installed(Stamp stamp) {
        if (ended(stamp)) {
            mode = Mode.COMPUTING;
            advance();
        }
        return done();
    }

    /** The weights could not be had. */
    public List<WorkerEffect> weightsGone(Stamp stamp) {
        if (ended(stamp)) {
            mode = Mode.IDLE;
        }
        return done();
    }

    public List<WorkerEffect> featuresComputed(Stamp stamp, int partition) {
        if (ended(stamp)) {
            tasks.forwarded(partition);
            featuresHere(partition);
        }
        return done();
    }

    /** A peer has something; what is of a step that is not known here yet is kept until it is. */
    public List<WorkerEffect> announced(Announcement announced) {
        Optional<Refused> refusal = at.flatMap(current -> Fence.refusal(announced.stamp, current));
        if (refusal.isPresent()) {
            effects.add(new Refuse(refusal.get()));
        } else if (at.isEmpty() || at.get().before(announced.stamp)) {
            arrivals.keep(announced);
        } else if (announced.stamp.equals(at.get())) {
            arrivals.fetch(announced).ifPresent(effects::add);
        }
        return done();
    }

    public List<WorkerEffect> featuresFetched(Stamp stamp, int partition) {
        if (current(stamp)) {
            featuresHere(partition);
        }
        return done();
    }

    /** A fetch failed: whoever has the features now announces them again. */
    public List<WorkerEffect> featuresGone(Stamp stamp, int partition, Handle handle) {
        if (current(stamp)) {
            arrivals.features().gone(partition, handle);
        }
        return done();
    }

    public List<WorkerEffect> logSumExpsComputed(Stamp stamp, int partition) {
        if (ended(stamp)) {
            tasks.summed(partition);
            logSumExpsHere(partition);
        }
        return done();
    }

    public List<WorkerEffect> logSumExpsFetched(Stamp stamp, int partition) {
        if (current(stamp)) {
            logSumExpsHere(partition);
        }
        return done();
    }

    public List<WorkerEffect> logSumExpsGone(Stamp stamp, int partition, Handle handle) {
        if (current(stamp)) {
            arrivals.logSumExps().gone(partition, handle);
        }
        return done();
    }

    public List<WorkerEffect> gradientComputed(Stamp stamp, int partition, GradientShare share) {
        if (ended(stamp)) {
            effects.addAll(leased.computed(partition, share));
            if (leased.owns(partition) && leased.allDone()) {
                leased.own().stream().forEach(p -> effects.add(new PrepareNext(p)));
            }
        }
        return done();
    }

    /** Something that was to compute did not, as its step was over. */
    public List<WorkerEffect> skipped() {
        ended();
        return done();
    }

    /**
     * Whether this worker has only to compute what is to be compared before it can begin a later step. That takes nothing
     * from others and so comes to an end, and would be lost.
     */
    public boolean owes(Stamp later) {
        return mode == Mode.COMPUTING
                && at.filter(now -> now.epoch() == later.epoch() && now.before(later))
                        .isPresent()
                && arrivals.complete()
                && leased.hasOnlySecondsLeft();
    }

    /** How much of this worker's engine is in use. */
    public int running() {
        return running;
    }

    private void start(Stamp stamp, int granted, List<Range> leases, List<Range> seconds) {
        at = Optional.of(stamp);
        attempt = granted;
        mode = running > 0 ? Mode.DRAINING : Mode.IDLE;
        leased.clear();
        tasks.clear();
        effects.add(new ForgetStep());
        leased.lease(leases, seconds);
        install();
        prepare();
        arrivals.begin(stamp).forEach(announced -> arrivals.fetch(announced).ifPresent(effects::add));
    }

    private void install() {
        if (mode == Mode.IDLE && !leased.isEmpty()) {
            mode = Mode.INSTALLING;
            run(new Install());
        }
    }

    private void prepare() {
        if (mode != Mode.COMPUTING) {
            effects.addAll(tasks.preparations(leased));
        }
    }

    private void announceAgain() {
        leased.own().stream().filter(arrivals.features()::isHere).forEach(p -> effects.add(new AnnounceFeatures(p)));
        leased.own().stream()
                .filter(arrivals.logSumExps()::isHere)
                .forEach(p -> effects.add(new AnnounceLogSumExps(p)));
        effects.addAll(leased.toldAgain());
    }

    private void featuresHere(int partition) {
        arrivals.features().here(partition);
        if (leased.owns(partition)) {
            effects.add(new AnnounceFeatures(partition));
        }
        advance();
    }

    private void logSumExpsHere(int partition) {
        arrivals.logSumExps().here(partition);
        if (leased.owns(partition)) {
            effects.add(new AnnounceLogSumExps(partition));
        }
        advance();
    }

    /** Starts whatever can be computed now. */
    private void advance() {
        if (mode == Mode.COMPUTING) {
            tasks.possible(leased, arrivals).forEach(this::run);
        }
    }

    /** At most one installation at a time, and nothing computes meanwhile. */
    private void run(WorkerEffect compute) {
        if (mode == Mode.INSTALLING && running > 0) {
            throw new IllegalStateException("weights are installed while [" + running + "] tasks compute");
        }
        running++;
        effects.add(compute);
    }

    /** Something that computed has ended. @return whether it is about the step that this worker is at */
    private boolean ended(Stamp stamp) {
        ended();
        return current(stamp);
    }

    private void ended() {
        if (running == 0) {
            throw new IllegalStateException("work has ended at [" + at + "], and none was begun");
        }
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
}
