package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Position;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BadLimit;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.Optional;
import java.util.SortedMap;

/** From which position a run gets to which, as its plan says. */
final class Route {
    private final RunPlan plan;
    private final SortedMap<Integer, Kept> manualUnits;
    private final BadLimit badLimit;
    private final int judgedSteps;

    Route(RunRules rules) {
        this.plan = rules.plan();
        this.manualUnits = rules.manualUnits();
        this.badLimit = rules.policy().badLimit();
        this.judgedSteps = rules.judgedSteps();
    }

    boolean phaseComplete(Position at) {
        return plan.phaseComplete(at.cursor());
    }

    boolean stageComplete(Position at) {
        return phaseComplete(at) && at.cursor().phase() != Phase.INHERIT;
    }

    /** Whether the listener is to be told of this position: of a student, which there is none of while masks are learned. */
    boolean judged(Position at) {
        boolean student = at.cursor().phase() != Phase.INHERIT && at.cursor().step() > 0;
        boolean due = judgedSteps > 0 && plan.committedSteps(at.cursor()) % judgedSteps == 0;
        return stageComplete(at) || student && due;
    }

    boolean lastStage(Position at) {
        return at.cursor().stage() + 1 == plan.stages().size();
    }

    /** Whether the position has not got the layout yet that its steps are computed in. */
    boolean layoutNext(Position at) {
        Cursor cursor = at.cursor();
        return isCalibrationNext(at, cursor)
                || !shape(cursor, at.layout()).equals(at.layout().shape())
                || masked(cursor) != at.layout().masked();
    }

    /**
     * Whether the student of this position is to be cut by calibration where the cursor's stage begins. Nobody is in a later stage
     * before that is done; in the first one a run begins, with more than the stage keeps.
     */
    boolean isCalibrationNext(Position at, Cursor cursor) {
        StagePlan stage = stage(cursor);
        boolean begins = cursor.stage() > at.cursor().stage()
                || plan.committedSteps(cursor) == 0 && at.sparsity() < 1 - stage.keep();
        return stage.calibration().isPresent() && begins;
    }

    /**
     * After a committed step.
     *
     * @param counted whether the optimizer has taken an update
     * @param leftOut samples that it did without
     */
    Position committed(Position at, boolean counted, int leftOut) {
        return at.at(plan.next(at.cursor()), counted ? at.count() + 1 : at.count(), leftOut);
    }

    /** Why a run ends here: too many samples could not be used. The same wherever it goes on from. */
    Optional<String> spoilt(Position at) {
        return badLimit.refusal(at.bad(), plan.committedSteps(at.cursor()) * plan.globalBatch());
    }

    /** After the cut at the end of an inherit phase. */
    Position cut(Position at, CoordinatorCommand.CutDecided cut) {
        Layout masked = at.layout();
        Layout layout = Layout.of(cut.kept().shapeAfter(masked.shape()), masked.tokenRows(), false, false);
        Cursor cursor = new Cursor(at.cursor().stage(), Phase.DISTILL, 0);
        return new Position(cursor, layout, count(at), cut.widthMap(), cut.sparsity(), at.bad());
    }

    /** After a cut by calibration, where a stage begins. No moments go along: units are fitted, and channels mixed. */
    Position calibrated(Position at, Kept kept) {
        Cursor cursor = stageComplete(at) ? nextStage(at) : at.cursor();
        Layout layout =
                Layout.of(kept.shapeAfter(at.layout().shape()), at.layout().tokenRows(), false, false);
        return new Position(
                cursor, layout, 0, widths(at, layout), 1 - stage(cursor).keep(), at.bad());
    }

    /** Channels that are left of mixed ones are none of those before. */
    private static WidthMap widths(Position before, Layout after) {
        int width = after.shape().text().width();
        return width < before.layout().shape().text().width() ? WidthMap.identity(width) : before.widthMap();
    }

    /** Where the next stage begins, before it has its layout. */
    Cursor nextStage(Position at) {
        return plan.start(at.cursor().stage() + 1);
    }

    /** A stage begins: masks are added, or the student is taken over from the model before it. */
    Position entered(Position at, Cursor cursor) {
        Layout layout = Layout.of(shape(cursor, at.layout()), at.layout().tokenRows(), masked(cursor), false);
        if (layout.masked()) {
            return new Position(cursor, layout, count(at), at.widthMap(), at.sparsity(), at.bad());
        }
        WidthMap widths = units(cursor)
                .map(units -> at.widthMap().chosen(units.text().width()))
                .orElseGet(() -> at.widthMap().first(layout.shape().text().width()));
        return new Position(cursor, layout, count(at), widths, sparsity(at, cursor), at.bad());
    }

    /** A stage that only gives the token table another rank takes nothing of what the budget counts. */
    private double sparsity(Position before, Cursor cursor) {
        StagePlan stage = stage(cursor);
        return stage.tokenRank().isPresent() ? before.sparsity() : 1 - stage.keep();
    }

    /** Updates that the moments have taken with which a new vector begins. */
    private long count(Position before) {
        return plan.optimizer().moments() == MomentTransfer.CARRIED ? before.count() : 0;
    }

    /** What the stage's student takes, if it is chosen by hand and does not take the first units. */
    Optional<Kept> units(Cursor cursor) {
        return Optional.ofNullable(manualUnits.get(cursor.stage()));
    }

    /** A stage may begin with a student chosen by hand, or with another token table. */
    private ModelShape shape(Cursor cursor, Layout layout) {
        return stage(cursor).shape(layout.shape());
    }

    private StagePlan stage(Cursor cursor) {
        return plan.stages().get(cursor.stage());
    }

    private static boolean masked(Cursor cursor) {
        return cursor.phase() == Phase.INHERIT;
    }
}
