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
 * @param cooling share of a stage's steps after the warm-up and without masks over which the rate falls to 0, above 0 and at
 *     most 1; it stays at its peak before
 */
public record OptimizerPlan(
        double rate,
        int warmupSteps,
        double beta1,
        double beta2,
        double epsilon,
        double decay,
        double clipNorm,
        MomentTransfer moments,
        double cooling) {
    public OptimizerPlan {
        if (!(cooling > 0 && cooling <= 1)) {
            throw new IllegalArgumentException("cooling [" + cooling + "] must be above 0 and at most 1");
        }
    }

    /** Whose moments start anew at each transition, and whose rate falls all the time. */
    public OptimizerPlan(
            double rate, int warmupSteps, double beta1, double beta2, double epsilon, double decay, double clipNorm) {
        this(rate, warmupSteps, beta1, beta2, epsilon, decay, clipNorm, MomentTransfer.FRESH, 1);
    }

    /** The same with moments that go along, or start anew. */
    public OptimizerPlan with(MomentTransfer other) {
        return new OptimizerPlan(rate, warmupSteps, beta1, beta2, epsilon, decay, clipNorm, other, cooling);
    }

    /** The same that cools over another share of a stage. */
    public OptimizerPlan cooling(double share) {
        return new OptimizerPlan(rate, warmupSteps, beta1, beta2, epsilon, decay, clipNorm, moments, share);
    }
}
