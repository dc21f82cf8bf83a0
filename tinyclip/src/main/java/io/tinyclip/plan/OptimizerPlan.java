package io.tinyclip.plan;

/**
 * AdamW and its schedule.
 *
 * @param rate peak learning rate of the weights
 * @param warmupSteps linear warm-up of a stage that learns no masks (an inherit phase warms up over its whole length)
 * @param beta1 first moment's decay
 * @param beta2 second moment's decay
 * @param epsilon Adam's epsilon
 * @param decay decoupled weight decay of {@code Group.DECAY}
 * @param clipNorm bound of the global gradient norm
 * @param moments what becomes of them at a transition
 */
public record OptimizerPlan(
        double rate,
        int warmupSteps,
        double beta1,
        double beta2,
        double epsilon,
        double decay,
        double clipNorm,
        MomentTransfer moments) {
    /** Whose moments start anew at each transition. */
    public OptimizerPlan(
            double rate, int warmupSteps, double beta1, double beta2, double epsilon, double decay, double clipNorm) {
        this(rate, warmupSteps, beta1, beta2, epsilon, decay, clipNorm, MomentTransfer.FRESH);
    }

    /** The same with moments that go along, or start anew. */
    public OptimizerPlan with(MomentTransfer other) {
        return new OptimizerPlan(rate, warmupSteps, beta1, beta2, epsilon, decay, clipNorm, other);
    }
}
