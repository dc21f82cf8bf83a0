package io.tinyclip.plan;

/**
 * One stage of the progressive schedule.
 *
 * @param keep share of the teacher's counted parameters that is left at its end, 0 to 1; 1 for pretrain
 * @param inheritSteps steps of the inherit phase; 0 for pretrain
 * @param trainSteps steps of the distill (or pretrain) phase
 */
public record StagePlan(double keep, int inheritSteps, int trainSteps) {}
