package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.reduce.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a parameter server does with its range of the vector. Facts go in, effects come out.
 *
 * <pre>
 * EMPTY      load                                        -> READING -> REDUCING
 * REDUCING   slices of all partitions, and the target    -> FINISHING -> REDUCED
 * REDUCED    its keeper has the gradient, or it has none  -> answered
 * REDUCED    commit                                      -> APPLYING -> REDUCING, one version on
 * REDUCING   gather                                      -> GATHERING -> REDUCING, in the next layout
 * any        load of a higher epoch                      -> READING -> REDUCING
 * any        free, of a higher epoch                     -> EMPTY
 * any        survey, of a higher epoch                   -> as before, and answered at the next version where that is on
 *                                                           its way
 * </pre>
 *
 * What has been answered is answered again when it is asked again. A shard's version is the stamp that its vector is of.
 * The highest epoch that was obeyed is the fence: whoever speaks for a lower one is refused.
 */
public final class ShardState {
    private enum Mode {
        EMPTY,
        READING,
        REDUCING,
        FINISHING,
        REDUCED,
        APPLYING,
        GATHERING
    }

    private final ShardReduction reduction;
    private final CutDecision cut = new CutDecision();
    private Mode mode = Mode.EMPTY;
    private Optional<Stamp> at = Optional.empty();
    private Optional<Stamp> target = Optional.empty();
    private final ObeyedEpoch obeyed = new ObeyedEpoch();
    private Optional<Stamp> survey = Optional.empty();
    private List<ShardEffect> effects = new ArrayList<>();

    /** @param partitions V */
    public ShardState(int partitions) {
        this.reduction = new ShardReduction(partitions);
    }

    /** The shard is to hold this version; whatever it held is given up, if the epoch is a higher one. */
    public List<ShardEffect> load(Stamp stamp) {
        boolean unfetched = target.isEmpty()
                && at.filter(held -> held.epoch() == stamp.epoch()).isEmpty();
        if (at.filter(stamp::equals).isPresent()) {
            effects.add(new ShardEffect.ReplyReady(stamp));
        } else if (!isOver(stamp) && (obeyed.isBefore(stamp) || unfetched)) {
            obeyed.obey(stamp);
            mode = Mode.READING;
            target = Optional.of(stamp);
            effects.add(new ShardEffect.Read(stamp));
        }
        return done();
    }

    /** From this epoch on, this server holds no shard. */
    public List<ShardEffect> free(Stamp stamp) {
        if (!isOver(stamp) && obeyed.isBefore(stamp)) {
            obeyed.obey(stamp);
            mode = Mode.EMPTY;
            at = Optional.empty();
            target = Optional.empty();
            reduction.beginAnew();
            effects.add(new ShardEffect.FreeAll());
        }
        return done();
    }

    /** Another coordinator asks what is here; nobody who has led before is obeyed any more. */
    public List<ShardEffect> survey(Stamp stamp) {
        if (!isOver(stamp)) {
            obeyed.obey(stamp);
            survey = Optional.of(stamp);
            if (mode == Mode.READING) {
                giveUp();
            }
            answerSurvey();
        }
        return done();
    }

    private void answerSurvey() {
        if (mode != Mode.APPLYING && mode != Mode.GATHERING) {
            survey.ifPresent(stamp -> effects.add(new ShardEffect.ReplyHolds(stamp, at)));
            survey = Optional.empty();
        }
    }

    private boolean isOver(Stamp stamp) {
        Optional<Refused> refusal = refusal(stamp);
        refusal.ifPresent(refused -> effects.add(new ShardEffect.Refuse(refused)));
        return refusal.isPresent();
    }

    /** What was to be read or gathered could not be fetched; it is tried again when it is asked for again. */
    public List<ShardEffect> unfetched(Stamp stamp) {
        if (target.filter(stamp::equals).isPresent()) {
            giveUp();
            answerSurvey();
        }
        return done();
    }

    private void giveUp() {
        mode = at.isEmpty() ? Mode.EMPTY : Mode.REDUCING;
        target = Optional.empty();
    }

    /** The range of the version that was being read or gathered is here. */
    public List<ShardEffect> loaded(Stamp stamp) {
        if (target.filter(stamp::equals).isPresent()) {
            reduction.beginAnew();
            moveTo(stamp, true);
        }
        return done();
    }

    /** Whether the range of this version is being read or gathered. */
    public boolean awaits(Stamp stamp) {
        return target.filter(stamp::equals).isPresent();
    }

    /** Whether slices of a node's sum are still of use. */
    public boolean wants(Node node) {
        return mode == Mode.REDUCING && reduction.wants(node);
    }

    /**
     * The gradient of this version is wanted.
     *
     * @param leases whose sums are taken
     * @param kept whether another server keeps a copy of this shard, which has to have the gradient first
     */
    public List<ShardEffect> reduce(Stamp stamp, double newTarget, LeaseTable leases, boolean kept) {
        if (admitted(stamp)) {
            effects.add(new ShardEffect.FreeOld());
            reduction.ask(newTarget, kept);
            effects.addAll(reduction.lease(stamp, leases, mode == Mode.REDUCING));
            if (mode == Mode.REDUCED) {
                effects.add(reduction.answer(stamp));
            }
            finishIfComplete();
        }
        return done();
    }

    /** A worker has the sum of a node. */
    public List<ShardEffect> subtreeReady(Stamp stamp, AnnouncedSum announced) {
        if (reduction.isOfCommitted(stamp)) {
            effects.addAll(reduction.announcedLate(stamp, announced));
        } else if (admitted(stamp)) {
            effects.addAll(reduction.announced(stamp, announced, mode == Mode.REDUCING));
        }
        return done();
    }

    /** A slice was fetched and added. */
    public List<ShardEffect> sliceAdded(Stamp stamp, Node node) {
        if (at.filter(stamp::equals).isPresent() && mode == Mode.REDUCING) {
            reduction.added(node);
            finishIfComplete();
        }
        return done();
    }

    /** A slice could not be had; whoever has it will announce it again. */
    public List<ShardEffect> sliceGone(Stamp stamp, Node node, Handle handle) {
        if (at.filter(stamp::equals).isPresent()) {
            reduction.gone(node, handle);
        }
        return done();
    }

    public List<ShardEffect> reductionFinished(Stamp stamp) {
        if (mode == Mode.FINISHING && at.filter(stamp::equals).isPresent()) {
            requireComplete();
            mode = Mode.REDUCED;
            effects.add(reduction.answer(stamp));
        }
        return done();
    }

    /** The keeper of this shard's copy has the gradient. */
    public List<ShardEffect> gradientKept(Stamp stamp) {
        if (mode == Mode.REDUCED && at.filter(stamp::equals).isPresent() && reduction.copied()) {
            effects.add(reduction.answer(stamp));
        }
        return done();
    }

    public List<ShardEffect> commit(CommitOrder order) {
        if (at.filter(order.next()::equals).isPresent()) {
            effects.add(new ShardEffect.ReplyReady(order.next()));
        } else if (admitted(order.stamp()) && mode == Mode.REDUCED) {
            requireComplete();
            mode = Mode.APPLYING;
            target = Optional.of(order.next());
            effects.add(new ShardEffect.Apply(order));
        }
        return done();
    }

    public List<ShardEffect> applied(Stamp next) {
        if (mode == Mode.APPLYING && target.filter(next::equals).isPresent()) {
            reduction.follow(at);
            moveTo(next, false);
        }
        return done();
    }

    /** The cut is decided here, where the masks are. */
    public List<ShardEffect> decideCut(Stamp stamp) {
        if (admitted(stamp)) {
            cut.ask(stamp).ifPresent(effects::add);
        }
        return done();
    }

    public List<ShardEffect> cutDecided(Stamp stamp) {
        if (at.filter(stamp::equals).isPresent()) {
            effects.add(cut.decided(stamp));
        }
        return done();
    }

    public List<ShardEffect> gather(Stamp stamp, Stamp next) {
        if (at.filter(next::equals).isPresent()) {
            effects.add(new ShardEffect.ReplyReady(next));
        } else if (admitted(stamp) && mode == Mode.REDUCING) {
            mode = Mode.GATHERING;
            target = Optional.of(next);
            effects.add(new ShardEffect.GatherRange(next));
        }
        return done();
    }

    /** The refusal of what is said for an epoch that is over. */
    public Optional<Refused> refusal(Stamp stamp) {
        return obeyed.refusal(stamp);
    }

    /** The version that the vector is of, once there is one. */
    public Optional<Stamp> at() {
        return at;
    }

    private void moveTo(Stamp stamp, boolean keepOld) {
        at = Optional.of(stamp);
        target = Optional.empty();
        mode = Mode.REDUCING;
        cut.forget();
        effects.add(new ShardEffect.Publish(stamp, keepOld));
        effects.add(new ShardEffect.ReplyReady(stamp));
        answerSurvey();
    }

    private void finishIfComplete() {
        if (mode == Mode.REDUCING && reduction.complete()) {
            mode = Mode.FINISHING;
            effects.add(new ShardEffect.FinishReduction(at.orElseThrow(), reduction.sparsityTarget()));
        }
    }

    /** A gradient that is answered for, and one that is applied, has every partition once. */
    private void requireComplete() {
        if (!reduction.complete()) {
            throw new IllegalStateException("the gradient of [" + at + "] is not complete");
        }
    }

    /** Whether a message is about the version that is here. One about an earlier step is late, and changes nothing. */
    private boolean admitted(Stamp stamp) {
        Optional<Refused> refusal = obeyed.refusal(stamp, at);
        refusal.ifPresent(refused -> effects.add(new ShardEffect.Refuse(refused)));
        return refusal.isEmpty() && at.filter(stamp::equals).isPresent();
    }

    private List<ShardEffect> done() {
        List<ShardEffect> result = List.copyOf(effects);
        effects = new ArrayList<>();
        return result;
    }
}
