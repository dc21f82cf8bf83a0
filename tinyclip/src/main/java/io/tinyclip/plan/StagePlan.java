package io.tinyclip.plan;

import io.tinyclip.model.ModelShape;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One stage of the progressive schedule.
 *
 * @param keep share of the teacher's budget that is left at its end, 0 to 1; 1 for pretrain
 * @param inheritSteps steps of the inherit phase; 0 where no masks are learned, as the student is chosen by hand or stays the
 *     one before
 * @param trainSteps steps of the distill (or pretrain) phase, at least 1: a checkpoint is known by its committed steps, so
 *     the vectors before and after a cut need a step between them
 * @param targetWarmup share of the inherit phase over which the sparsity target rises, where it is not the mask plan's
 * @param student the shape that the stage begins with where it is chosen by hand; empty where masks decide, where the student
 *     stays the one before, and for pretrain
 */
public record StagePlan(
        double keep, int inheritSteps, int trainSteps, OptionalDouble targetWarmup, Optional<ModelShape> student) {
    public StagePlan {
        if (!(keep > 0 && keep <= 1)) {
            throw new IllegalArgumentException("keep [" + keep + "] must be above 0 and at most 1");
        }
        if (inheritSteps < 0 || trainSteps < 1) {
            throw new IllegalArgumentException("inherit steps [" + inheritSteps + "] must be 0 or more, train steps ["
                    + trainSteps + "] 1 or more");
        }
        if (student.isPresent() && inheritSteps > 0) {
            throw new IllegalArgumentException(
                    "a student chosen by hand learns no masks, in none of [" + inheritSteps + "] inherit steps");
        }
    }

    /** A stage that learns masks, or pretrain's. */
    public StagePlan(double keep, int inheritSteps, int trainSteps) {
        this(keep, inheritSteps, trainSteps, OptionalDouble.empty(), Optional.empty());
    }

    /** A stage that begins with a student chosen by hand and only distills. */
    public static StagePlan manual(double keep, ModelShape student, int trainSteps) {
        return new StagePlan(keep, 0, trainSteps, OptionalDouble.empty(), Optional.of(student));
    }

    /** A stage that goes on with the student before it. */
    public static StagePlan asItIs(double keep, int trainSteps) {
        return new StagePlan(keep, 0, trainSteps);
    }

    /** Steps of all phases. */
    public int steps() {
        return Math.addExact(inheritSteps, trainSteps);
    }
}
