package io.tinyclip.plan;

import io.tinyclip.model.ModelShape;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One stage of the progressive schedule.
 *
 * @param keep share of the teacher's budget that is left at its end, 0 to 1; 1 for pretrain
 * @param inheritSteps steps of the inherit phase; 0 where no masks are learned, as the student is chosen by hand or stays the
 *     one before
 * @param trainSteps steps of the distill (or pretrain) phase, at least 1: a checkpoint is known by its committed steps, so
 *     the vectors before and after a cut need a step between them
 * @param targetWarmup share of the inherit phase over which the sparsity target rises, where it is not the mask plan's
 * @param cooling share of its steps after the warm-up and without masks over which the rate falls to 0, 0 for none, where it is
 *     not the optimizer plan's
 * @param student the shape that the stage begins with where it is chosen by hand; empty where masks decide, where the student
 *     stays the one before, and for pretrain
 * @param tokenRank rank that the token table has from the stage's beginning on; empty where it stays as it is
 * @param calibration how the stage's beginning cuts the student to {@code keep} at once and fits what is left; empty where it is cut
 *     in no such way
 */
public record StagePlan(
        double keep,
        int inheritSteps,
        int trainSteps,
        OptionalDouble targetWarmup,
        OptionalDouble cooling,
        Optional<ModelShape> student,
        OptionalInt tokenRank,
        Optional<CalibrationPlan> calibration) {
    public StagePlan {
        if (!(keep > 0 && keep <= 1)) {
            throw new IllegalArgumentException("keep [" + keep + "] must be above 0 and at most 1");
        }
        if (inheritSteps < 0 || trainSteps < 1) {
            throw new IllegalArgumentException("inherit steps [" + inheritSteps + "] must be 0 or more, train steps ["
                    + trainSteps + "] 1 or more");
        }
        cooling.ifPresent(share -> Pace.requireShareOrNone("cooling", share));
        if (student.isPresent() && inheritSteps > 0) {
            throw new IllegalArgumentException(
                    "a student chosen by hand learns no masks, in none of [" + inheritSteps + "] inherit steps");
        }
        if (tokenRank.isPresent() && (student.isPresent() || inheritSteps > 0 || tokenRank.getAsInt() < 1)) {
            throw new IllegalArgumentException(
                    "token rank [" + tokenRank.getAsInt() + "] must be 1 or more, in a stage that does nothing else");
        }
        if (calibration.isPresent() && (student.isPresent() || inheritSteps > 0 || tokenRank.isPresent())) {
            throw new IllegalArgumentException("a stage with [" + calibration.get() + "] is cut in no other way");
        }
    }

    /** A stage that learns masks, or pretrain's. */
    public StagePlan(double keep, int inheritSteps, int trainSteps) {
        this(keep, inheritSteps, trainSteps, OptionalDouble.empty(), Optional.empty());
    }

    /** One whose token table stays as it is, and that cools as the optimizer plan says. */
    public StagePlan(
            double keep, int inheritSteps, int trainSteps, OptionalDouble targetWarmup, Optional<ModelShape> student) {
        this(
                keep,
                inheritSteps,
                trainSteps,
                targetWarmup,
                OptionalDouble.empty(),
                student,
                OptionalInt.empty(),
                Optional.empty());
    }

    /** The same that cools over a share of its own, or not at all. */
    public StagePlan cooling(OptionalDouble share) {
        return new StagePlan(keep, inheritSteps, trainSteps, targetWarmup, share, student, tokenRank, calibration);
    }

    /** A stage that begins with a student chosen by hand and only distills. */
    public static StagePlan manual(double keep, ModelShape student, int trainSteps) {
        return new StagePlan(keep, 0, trainSteps, OptionalDouble.empty(), Optional.of(student));
    }

    /** A stage that goes on with the student before it. */
    public static StagePlan asItIs(double keep, int trainSteps) {
        return new StagePlan(keep, 0, trainSteps);
    }

    /** A stage that goes on with the student before it, whose token table becomes a product. */
    public static StagePlan factorised(double keep, int tokenRank, int trainSteps) {
        return changed(keep, trainSteps, OptionalInt.of(tokenRank), Optional.empty());
    }

    /** A stage whose beginning cuts the student at once, by least squares, and that distills what is left. */
    public static StagePlan calibrated(double keep, CalibrationPlan calibration, int trainSteps) {
        return changed(keep, trainSteps, OptionalInt.empty(), Optional.of(calibration));
    }

    private static StagePlan changed(
            double keep, int trainSteps, OptionalInt tokenRank, Optional<CalibrationPlan> calibration) {
        return new StagePlan(
                keep,
                0,
                trainSteps,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                tokenRank,
                calibration);
    }

    /** Whether the student is not known before the stage has begun, as what is cut is decided on the way. */
    public boolean decides() {
        return inheritSteps > 0 || calibration.isPresent();
    }

    /**
     * The student's shape when the stage begins, before anything is decided on the way. A table that masks have left with no more
     * columns than the rank stays as it is: a product of that rank would be larger.
     */
    public ModelShape shape(ModelShape before) {
        ModelShape shape = student.orElse(before);
        return tokenRank.isPresent() && tokenRank.getAsInt() < shape.text().width()
                ? shape.withTokenRank(tokenRank.getAsInt())
                : shape;
    }

    /** Steps of all phases. */
    public int steps() {
        return Math.addExact(inheritSteps, trainSteps);
    }
}
