package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.inherit.Kept;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a run gets from one layout, and one stage, to the next.
 *
 * <pre>
 * inherit phase complete   askCut            -> CUTTING     the cut is decided         -> GATHERING
 * a layout is next         enter             -> GATHERING   every shard has its range  -> at the next layout
 *                                            -> CALIBRATING the student is cut         -> GATHERING
 * stage complete, or its   tell              -> TELLING     the listener has heard     -> told; after the last one, ended
 * step is to be judged
 * TELLING                  back is wanted    -> TELLING     the listener has answered  -> all go back
 * told                     steps before come again                                     -> to be told once more
 * </pre>
 *
 * A student is told of when a checkpoint of it is good, and stays told whatever happens to the servers meanwhile, unless what
 * was told is in doubt. A gathering leaves one layout, which all shards publish, for another version.
 */
final class Staging {
    private final RunPlan plan;
    private final Route route;
    private final Standing at;
    private final Moving moving;
    private final RunCheckpoints checkpoints;
    private Optional<Cursor> told = Optional.empty();
    private Optional<OptionalLong> backAfterTelling = Optional.empty();

    Staging(RunRules rules, Standing at, Moving moving, RunCheckpoints checkpoints) {
        this.plan = rules.plan();
        this.route = new Route(rules);
        this.at = at;
        this.moving = moving;
        this.checkpoints = checkpoints;
    }

    /** Whether the listener is still to be told of where the run is. */
    boolean isDue() {
        return route.judged(at.position())
                && told.filter(at.position().cursor()::equals).isEmpty();
    }

    void tell() {
        requireGood();
        RunEffect tell = tellStage();
        at.await(RunMode.TELLING);
        at.effects().add(tell);
    }

    private RunEffect tellStage() {
        return new RunEffect.TellStage(
                at.stamp(),
                at.position(),
                checkpoints.newestDigest(),
                moving.map().published());
    }

    private void requireGood() {
        if (!checkpoints.isGood(at.position())) {
            throw new IllegalStateException("the student at [" + at.position().cursor()
                    + "] is told, and the newest checkpoint is [" + checkpoints.newestDigest() + "]");
        }
    }

    /** The listener could not be told; it is when somebody reminds. */
    void tellLater() {
        at.effects().repeatOnly(tellStage());
    }

    /** While the listener is at work nobody goes back. @param mostSteps beyond which checkpoints are in doubt */
    void wantBack(OptionalLong mostSteps) {
        backAfterTelling = Optional.of(Disputes.fewer(backAfterTelling.orElse(OptionalLong.empty()), mostSteps));
    }

    boolean isBackWanted() {
        return backAfterTelling.isPresent();
    }

    /** The listener has heard of the stage. @return whether all go on; otherwise they go back */
    boolean heard() {
        requireGood();
        boolean inDoubt = backAfterTelling.filter(OptionalLong::isPresent).isPresent();
        if (!inDoubt) {
            told = Optional.of(at.position().cursor());
        }
        boolean ends = route.stageComplete(at.position()) && route.lastStage(at.position());
        return backAfterTelling.isEmpty() || !inDoubt && ends;
    }

    /** Beyond which steps checkpoints are in doubt where back is wanted; from now on it is not. */
    OptionalLong takeBack() {
        OptionalLong mostSteps = backAfterTelling.orElseThrow();
        backAfterTelling = Optional.empty();
        return mostSteps;
    }

    /** Steps from here on come again, and with them what was told behind them. */
    void started() {
        long steps = plan.committedSteps(at.position().cursor());
        told = told.filter(cursor -> plan.committedSteps(cursor) <= steps);
    }

    /** All go back. @param mostSteps beyond which what was told is in doubt as well */
    void goBack(OptionalLong mostSteps) {
        told = mostSteps.isPresent() ? Optional.empty() : told;
    }

    boolean isLast() {
        return route.lastStage(at.position());
    }

    /** The stage after this one begins. */
    void enterNext() {
        enter(route.nextStage(at.position()));
    }

    /** The layout that this cursor's steps are computed in is taken. */
    void enter(Cursor cursor) {
        if (route.isCalibrationNext(at.position(), cursor)) {
            at.await(
                    RunMode.CALIBRATING,
                    new RunEffect.Calibrate(
                            at.stamp(),
                            at.position(),
                            cursor.stage(),
                            moving.map().published()));
            return;
        }
        gather(route.entered(at.position(), cursor), route.units(cursor), Optional.empty());
    }

    /** The student is cut by calibration. @param fitted its weights in the layout before the cut */
    void calibrated(Stamp stamp, Kept kept, ShardWeights fitted) {
        if (!at.awaits(RunMode.CALIBRATING, stamp)) {
            return;
        }
        at.effects().progressed();
        gather(route.calibrated(at.position(), kept), Optional.of(kept), Optional.of(fitted));
    }

    void askCut() {
        Position position = at.position();
        double keep = plan.stages().get(position.cursor().stage()).keep();
        int server = moving.map().serverWithMasks(position.layout());
        at.await(RunMode.CUTTING, new RunEffect.AskCut(at.stamp(), server, keep, position.widthMap()));
    }

    /** The cut is decided. */
    void cut(CoordinatorCommand.CutDecided decided) {
        if (!at.awaits(RunMode.CUTTING, decided.stamp())) {
            return;
        }
        gather(route.cut(at.position(), decided), Optional.of(decided.kept()), Optional.empty());
    }

    private void gather(Position target, Optional<Kept> kept, Optional<ShardWeights> fitted) {
        at.goTo(target);
        requireOtherVersion();
        at.await(
                RunMode.GATHERING,
                new RunEffect.SendGather(at.stamp(), at.position().layout(), target, kept, moving.map(), fitted));
    }

    /** Every shard has its range of the next vector. */
    void gathered() {
        requireOtherVersion();
    }

    private void requireOtherVersion() {
        if (at.stamp().equals(at.nextStamp())) {
            throw new IllegalStateException("a gathering leads from [" + at.stamp() + "] to the same version");
        }
    }
}
