package io.tinyclip.mask;

import io.tinyclip.plan.MaskPlan;

/**
 * The Lagrangian that drives the expected sparsity q to its target p. The optimizer descends on {@code logAlpha} and
 * ascends on the multipliers; gradients here are plain derivatives of the penalty, of either sign.
 */
public enum SparsityPenalty {
    /**
     * The paper's {@code lambda (p - q) + beta (p - q)^2}. While q is below p, ascent makes lambda grow, and descent on
     * {@code lambda (p - q)} makes q grow; above p lambda falls and the pressure turns round.
     */
    TWO_SIDED(0),

    /** The code's {@code l1 relu(p - q) + l2 relu(p - q)^2}: no pressure once the target is met. */
    ONE_SIDED(10);

    private final float start;

    SparsityPenalty(float start) {
        this.start = start;
    }

    /** The penalty that a plan asks for. */
    public static SparsityPenalty of(MaskPlan plan) {
        return plan.oneSided() ? ONE_SIDED : TWO_SIDED;
    }

    /** Where both multipliers start: the code's 10 would overshoot where the penalty is two-sided. */
    public float start() {
        return start;
    }

    /**
     * The penalty's value and derivatives.
     *
     * @param value of the penalty, which is a part of the loss
     * @param byExpected derivative with respect to the expected sparsity q
     * @param byLinear derivative with respect to lambda or l1
     * @param byQuadratic derivative with respect to beta or l2
     */
    public record Derivatives(double value, double byExpected, double byLinear, double byQuadratic) {}

    /** Value and derivatives at these multipliers, target p and expected sparsity q. */
    public Derivatives at(double linear, double quadratic, double target, double expected) {
        double missing = target - expected;
        if (this == ONE_SIDED && missing <= 0) {
            return new Derivatives(0, 0, 0, 0);
        }
        double square = missing * missing;
        double byExpected = -(linear + 2 * quadratic * missing);
        return new Derivatives(linear * missing + quadratic * square, byExpected, missing, square);
    }
}
