package io.tinyclip.mask;

import io.tinyclip.model.Layout;

/**
 * The sparsity that masks are expected to leave: the share of the teacher's counted parameters that is gone, over both
 * towers together. A mask counts by its probability of not being 0; masks are independent, so the expected count of a
 * matrix is the product of its expected sides.
 *
 * <p>Where the budget counts padding, a layer has as many heads as its width has room for, whatever its head masks say:
 * they have no price, and the width has that of the heads, too. Neurons count by their mean over the layers, to which
 * such a cut brings them all.
 *
 * <p>Arrays are mask segments: index 0 is {@link Layout#maskStart}.
 */
public final class Sparsity {
    private final MaskIndex index;
    private final double teacherCounted;
    private final boolean countsPadding;

    private Sparsity(MaskIndex index, long teacherCounted, boolean countsPadding) {
        this.index = index;
        this.teacherCounted = teacherCounted;
        this.countsPadding = countsPadding;
    }

    /** Sparsity without padding. */
    static Sparsity of(Layout masked, long teacherCounted) {
        return of(masked, teacherCounted, false);
    }

    /**
     * Sparsity of the students of a layout, as their budget is counted.
     *
     * @param masked layout of a student whose masks are learned
     * @param teacherCounted {@link Budget#counted} of the teacher, in every stage
     * @param countsPadding whether layers count as formats with uniform layers hold them
     */
    public static Sparsity of(Layout masked, long teacherCounted, boolean countsPadding) {
        if (teacherCounted <= 0) {
            throw new IllegalArgumentException("teacherCounted [" + teacherCounted + "] must be positive");
        }
        return new Sparsity(MaskIndex.of(masked), teacherCounted, countsPadding);
    }

    /** q, the expected sparsity. */
    public double expected(float[] maskSegment) {
        index.requireSize(maskSegment);
        double remain = 0;
        for (TowerMasks tower : index.towers()) {
            double width = expectedSize(maskSegment, tower.width());
            int headWidth = tower.tower().headWidth();
            for (LayerMasks layer : tower.layers()) {
                double heads = countsPadding ? width / headWidth : expectedSize(maskSegment, layer.heads());
                double neurons = expectedSize(maskSegment, layer.neurons());
                remain += Budget.layer(width, headWidth, heads, neurons);
            }
        }
        return 1 - remain / teacherCounted;
    }

    /** dq / d logAlpha; 0 in padding and multipliers. */
    public double[] gradient(float[] maskSegment) {
        index.requireSize(maskSegment);
        double[] gradient = new double[index.size()];
        for (TowerMasks tower : index.towers()) {
            double width = expectedSize(maskSegment, tower.width());
            double headWidth = tower.tower().headWidth();
            double byWidth = 0;
            for (LayerMasks layer : tower.layers()) {
                double neurons = expectedSize(maskSegment, layer.neurons());
                if (countsPadding) {
                    byWidth += 8 * width + 2 * neurons + 5;
                } else {
                    double heads = expectedSize(maskSegment, layer.heads());
                    byWidth += 4 * headWidth * heads + 2 * neurons + 2;
                    spread(-headWidth * (4 * width + 3) / teacherCounted, maskSegment, layer.heads(), gradient);
                }
                spread(-(2 * width + 1) / teacherCounted, maskSegment, layer.neurons(), gradient);
            }
            spread(-byWidth / teacherCounted, maskSegment, tower.width(), gradient);
        }
        return gradient;
    }

    /**
     * Adds the penalty's derivatives to a mask segment's gradient: for {@code logAlpha}, on which the optimizer
     * descends, and plain dL/dmultiplier for the multipliers, on which it ascends.
     *
     * @param maskSegment logAlpha and multipliers
     * @param maskSegmentGradient is added to
     * @param target p
     * @return the penalty's value and derivatives
     */
    public SparsityPenalty.Derivatives addGradient(
            float[] maskSegment, float[] maskSegmentGradient, double target, SparsityPenalty penalty) {
        index.requireSize(maskSegmentGradient);
        SparsityPenalty.Derivatives derivatives =
                penalty.at(maskSegment[index.linear()], maskSegment[index.quadratic()], target, expected(maskSegment));
        double[] byLogAlpha = gradient(maskSegment);
        for (int i = 0; i < byLogAlpha.length; i++) {
            maskSegmentGradient[i] += (float) (derivatives.byExpected() * byLogAlpha[i]);
        }
        maskSegmentGradient[index.linear()] += (float) derivatives.byLinear();
        maskSegmentGradient[index.quadratic()] += (float) derivatives.byQuadratic();
        return derivatives;
    }

    private static double expectedSize(float[] maskSegment, MaskGroup group) {
        double size = 0;
        for (int i = group.from(); i < group.end(); i++) {
            size += HardConcrete.openProbability(maskSegment[i]);
        }
        return size;
    }

    private static void spread(double bySize, float[] maskSegment, MaskGroup group, double[] gradient) {
        for (int i = group.from(); i < group.end(); i++) {
            gradient[i] = bySize * HardConcrete.openProbabilitySlope(maskSegment[i]);
        }
    }
}
