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
 */
public record MaskPlan(
        double rate, double multiplierRate, double targetWarmup, int roundTo, int minimumHeads, boolean oneSided) {
    /** With the two-sided penalty. */
    public MaskPlan(double rate, double multiplierRate, double targetWarmup, int roundTo, int minimumHeads) {
        this(rate, multiplierRate, targetWarmup, roundTo, minimumHeads, false);
    }
}
