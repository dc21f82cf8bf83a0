package io.tinyclip.plan;

/**
 * One stage of the progressive schedule.
 *
 * @param keep share of the teacher's counted parameters that is left at its end, 0 to 1; 1 for pretrain
 * @param inheritSteps steps of the inherit phase; 0 for pretrain
 * @param trainSteps steps of the distill (or pretrain) phase, at least 1: a checkpoint is known by its committed steps, so
 *     the vectors before and after a cut need a step between them
 */
public record StagePlan(double keep, int inheritSteps, int trainSteps) {
    public StagePlan {
        if (!(keep > 0 && keep <= 1)) {
            throw new IllegalArgumentException("keep [" + keep + "] must be above 0 and at most 1");
        }
        if (inheritSteps < 0 || trainSteps < 1) {
            throw new IllegalArgumentException("inherit steps [" + inheritSteps + "] must be 0 or more, train steps ["
                    + trainSteps + "] 1 or more");
        }
    }
}
