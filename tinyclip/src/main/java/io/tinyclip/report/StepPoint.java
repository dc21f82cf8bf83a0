package io.tinyclip.report;

/**
 * A step of a run, as a curve needs it. A value that was not recorded is NaN.
 *
 * @param phase {@code inherit}, {@code distill} or {@code pretrain}
 * @param divergence Kullback-Leibler divergence of student from teacher
 * @param sparsity expected share of the teacher's budget that the masks leave out
 * @param sparsityTarget the share that the step aimed at
 */
public record StepPoint(
        int stage,
        String phase,
        int step,
        double loss,
        double divergence,
        double sparsity,
        double sparsityTarget,
        double seconds) {}
