package io.tinyclip.plan;

/**
 * AdamW and its schedule.
 *
 * @param rate peak learning rate of the weights
 * @param warmupSteps linear warm-up of a stage that learns no masks
 * @param beta1 first moment's decay
 * @param beta2 second moment's decay
 * @param epsilon Adam's epsilon
 * @param decay decoupled weight decay of {@code Group.DECAY}
 * @param clipNorm bound of the global gradient norm
 * @param moments what becomes of them at a transition
 * @param inheritWarmup share of an inherit phase over which the rate rises from 0 to its peak, above 0 and at most 1
 * @param inheritRate share of the peak that is the rate's own until a stage cools: in inherit phases, and where stages do not cool;
 *     above 0 and at most 1
 * @param cooling share of a stage's steps after the warm-up and without masks over which the rate falls to 0, 0 to 1; it stays
 *     at its peak before. A stage after one with 0 goes on at the peak, without a warm-up
 * @param muon what Muon updates instead of AdamW
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
        double inheritWarmup,
        double inheritRate,
        double cooling,
        MuonPlan muon) {
    public OptimizerPlan {
        requireCooling(cooling);
        requireShare("inheritWarmup", inheritWarmup);
        requireShare("inheritRate", inheritRate);
    }

    private static void requireShare(String name, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " [" + share + "] must be above 0 and at most 1");
        }
    }

    static void requireCooling(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("cooling [" + share + "] must be from 0 to 1");
        }
    }

    /** Whose moments start anew at each transition, and whose rate falls all the time. */
    public OptimizerPlan(
            double rate, int warmupSteps, double beta1, double beta2, double epsilon, double decay, double clipNorm) {
        this(rate, warmupSteps, beta1, beta2, epsilon, decay, clipNorm, MomentTransfer.FRESH, 1, 1, 1, MuonPlan.NONE);
    }

    /** The same with moments that go along, or start anew. */
    public OptimizerPlan with(MomentTransfer other) {
        return new OptimizerPlan(
                rate,
                warmupSteps,
                beta1,
                beta2,
                epsilon,
                decay,
                clipNorm,
                other,
                inheritWarmup,
                inheritRate,
                cooling,
                muon);
    }

    /** The same that cools over another share of a stage. */
    public OptimizerPlan cooling(double share) {
        return new OptimizerPlan(
                rate,
                warmupSteps,
                beta1,
                beta2,
                epsilon,
                decay,
                clipNorm,
                moments,
                inheritWarmup,
                inheritRate,
                share,
                muon);
    }

    /** The same that warms up over another share of an inherit phase. */
    public OptimizerPlan inheritWarmup(double share) {
        return new OptimizerPlan(
                rate, warmupSteps, beta1, beta2, epsilon, decay, clipNorm, moments, share, inheritRate, cooling, muon);
    }

    /** The same with another share of the peak until a stage cools. */
    public OptimizerPlan inheritRate(double share) {
        return new OptimizerPlan(
                rate,
                warmupSteps,
                beta1,
                beta2,
                epsilon,
                decay,
                clipNorm,
                moments,
                inheritWarmup,
                share,
                cooling,
                muon);
    }

    /** The same with matrices that Muon updates. */
    public OptimizerPlan muon(MuonPlan other) {
        return new OptimizerPlan(
                rate,
                warmupSteps,
                beta1,
                beta2,
                epsilon,
                decay,
                clipNorm,
                moments,
                inheritWarmup,
                inheritRate,
                cooling,
                other);
    }
}
