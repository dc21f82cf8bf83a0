package io.tinyclip.plan;

/**
 * Mask learning.
 *
 * @param rate learning rate of {@code logAlpha}
 * @param multiplierRate ascent rate of the Lagrange multipliers
 * @param targetWarmup share of the inherit phase over which the sparsity target rises, 0 to 1
 * @param roundTo kept heads are whole; widths and neurons are multiples of this
 * @param minimumHeads heads that every layer keeps at least
 * @param oneSided whether sparsity is only pulled up to its target, never back down
 * @param exportable whether a cut leaves what formats with uniform layers can hold, and counts what they add
 * @param budget what a stage's keep is a share of
 */
public record MaskPlan(
        double rate,
        double multiplierRate,
        double targetWarmup,
        int roundTo,
        int minimumHeads,
        boolean oneSided,
        Exportable exportable,
        BudgetPlan budget) {
    /**
     * Least rate x steps of an inherit phase. An Adam step moves {@code logAlpha} by about its rate, and a mask has to
     * travel from ln 100 to -ln 100, 9.2 away, for the masks to decide rather than the cut.
     */
    public static final double LEAST_TRAVEL = 10;

    /** With the two-sided penalty, and widths that follow the masks alone. */
    public MaskPlan(double rate, double multiplierRate, double targetWarmup, int roundTo, int minimumHeads) {
        this(rate, multiplierRate, targetWarmup, roundTo, minimumHeads, false, Exportable.FALSE);
    }

    /** With a budget in parameters. */
    public MaskPlan(
            double rate,
            double multiplierRate,
            double targetWarmup,
            int roundTo,
            int minimumHeads,
            boolean oneSided,
            Exportable exportable) {
        this(rate, multiplierRate, targetWarmup, roundTo, minimumHeads, oneSided, exportable, BudgetPlan.PARAMETERS);
    }

    /** The same with another budget. */
    public MaskPlan with(BudgetPlan other) {
        return new MaskPlan(rate, multiplierRate, targetWarmup, roundTo, minimumHeads, oneSided, exportable, other);
    }

    /** Whether a cut leaves widths and heads that formats with uniform layers can hold. */
    public boolean fitsUniformLayers() {
        return exportable != Exportable.FALSE;
    }

    /** Whether the budget counts layers as those formats hold them. */
    public boolean countsPadding() {
        return exportable == Exportable.DENSE;
    }
}
