package io.tinyclip.cluster.settings;

import io.tinyclip.kernel.Precision;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.WirePlan;

/**
 * What decides the bits of every step, whatever is learned.
 *
 * @param batch pairs a step
 * @param partitions of the batch; a power of two
 * @param wire what is rounded to travel in fewer bytes
 */
public record StepSettings(
        long seed, int batch, int partitions, Precision precision, OptimizerPlan optimizer, WirePlan wire) {}
