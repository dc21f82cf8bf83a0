package io.tinyclip.cluster.settings;

import io.tinyclip.kernel.Precision;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.WirePlan;
import java.util.Optional;

/**
 * What decides the bits of every step, whatever is learned.
 *
 * @param batch pairs a step
 * @param partitions of the batch; a power of two
 * @param precision inside the kernels; empty for {@code auto}, until it is decided on which machine the run computes first
 * @param wire what is rounded to travel in fewer bytes
 */
public record StepSettings(
        long seed, int batch, int partitions, Optional<Precision> precision, OptimizerPlan optimizer, WirePlan wire) {
    StepSettings in(Precision decided) {
        return new StepSettings(seed, batch, partitions, Optional.of(decided), optimizer, wire);
    }
}
