package io.tinyclip.actors.message;

import io.tinyclip.step.LeftOut;

/**
 * What a committed step came to, for people. It travels with the commit, so that a later coordinator can tell it, too.
 *
 * @param loss mean over the global batch
 * @param divergence Kullback-Leibler divergence of student from teacher
 * @param norm of the whole gradient before clipping
 * @param sparsity expected; NaN without masks
 * @param seconds since the step before was committed
 * @param leftOut the step's samples that cannot be used
 */
public record StepMeasures(
        double loss, double divergence, double norm, double sparsity, double seconds, LeftOut leftOut) {}
