package io.tinyclip.plan;

/**
 * AdamW and its schedule, and what is updated otherwise.
 *
 * @param rate peak learning rate of the weights
 * @param pace how the rate goes along stages
 * @param beta1 first moment's decay
 * @param beta2 second moment's decay
 * @param epsilon Adam's epsilon
 * @param decay decoupled weight decay of {@code Group.DECAY}
 * @param clipNorm bound of the global gradient norm
 * @param moments what becomes of them at a transition
 * @param tokenRate share of the rate at which the token table is trained, 0 to 1; at 0 no step changes it
 * @param muon what Muon updates instead of AdamW
 */
public record OptimizerPlan(
        double rate,
        Pace pace,
        double beta1,
        double beta2,
        double epsilon,
        double decay,
        double clipNorm,
        MomentTransfer moments,
        double tokenRate,
        MuonPlan muon) {
    public OptimizerPlan {
        Pace.requireShareOrNone("tokenRate", tokenRate);
    }

    /** AdamW for all, whose moments start anew at each transition, and whose rate falls all the time. */
    public OptimizerPlan(
            double rate, int warmupSteps, double beta1, double beta2, double epsilon, double decay, double clipNorm) {
        this(
                rate,
                new Pace(warmupSteps, 1, 1, 1),
                beta1,
                beta2,
                epsilon,
                decay,
                clipNorm,
                MomentTransfer.FRESH,
                1,
                MuonPlan.NONE);
    }

    /** The same with moments that go along, or start anew. */
    public OptimizerPlan with(MomentTransfer other) {
        return new OptimizerPlan(rate, pace, beta1, beta2, epsilon, decay, clipNorm, other, tokenRate, muon);
    }

    /** The same with a rate that goes otherwise. */
    public OptimizerPlan with(Pace other) {
        return new OptimizerPlan(rate, other, beta1, beta2, epsilon, decay, clipNorm, moments, tokenRate, muon);
    }

    /** The same with matrices that Muon updates. */
    public OptimizerPlan with(MuonPlan other) {
        return new OptimizerPlan(rate, pace, beta1, beta2, epsilon, decay, clipNorm, moments, tokenRate, other);
    }

    /** The same whose token table is trained at another share of the rate. */
    public OptimizerPlan tokenRate(double share) {
        return new OptimizerPlan(rate, pace, beta1, beta2, epsilon, decay, clipNorm, moments, share, muon);
    }
}
