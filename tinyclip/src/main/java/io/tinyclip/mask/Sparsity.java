package io.tinyclip.mask;

import io.tinyclip.model.Layout;

/**
 * The sparsity that masks are expected to leave: the share of the teacher's budget that is gone, over both towers together. A
 * mask counts by its probability of not being 0; masks are independent, so the expected count of a matrix is the product of its
 * expected sides, and a group has a unit left with the probability 1 - prod(1 - p).
 *
 * <p>Where the budget counts padding, a layer has as many heads as its width has room for, whatever its head masks say:
 * they have no price, and the width has that of the heads, too. Neurons count by their mean over the layers, to which
 * such a cut brings them all.
 *
 * <p>Arrays are mask segments: index 0 is {@link Layout#maskStart}.
 */
public final class Sparsity {
    private final MaskIndex index;
    private final Costs costs;
    private final double teacherCounted;
    private final boolean countsPadding;

    private Sparsity(MaskIndex index, Costs costs, long teacherCounted, boolean countsPadding) {
        this.index = index;
        this.costs = costs;
        this.teacherCounted = teacherCounted;
        this.countsPadding = countsPadding;
    }

    /**
     * Sparsity of the students of a layout, as their budget is counted.
     *
     * @param masked layout of a student whose masks are learned
     * @param costs of the run
     * @param countsPadding whether layers count as formats with uniform layers hold them
     */
    public static Sparsity of(Layout masked, Costs costs, boolean countsPadding) {
        return of(masked, costs, costs.teacher(), countsPadding);
    }

    /** @param teacherCounted what the teacher costs, in every stage */
    static Sparsity of(Layout masked, Costs costs, long teacherCounted, boolean countsPadding) {
        if (teacherCounted <= 0) {
            throw new IllegalArgumentException("teacherCounted [" + teacherCounted + "] must be positive");
        }
        return new Sparsity(MaskIndex.of(masked), costs, teacherCounted, countsPadding);
    }

    /** q, the expected sparsity. */
    public double expected(float[] maskSegment) {
        index.requireSize(maskSegment);
        double remain = 0;
        for (TowerMasks tower : index.towers()) {
            double width = left(maskSegment, tower.width()).size;
            for (int i = 0; i < tower.layers().size(); i++) {
                LayerMasks layer = tower.layers().get(i);
                LayerSize size =
                        size(tower, width, left(maskSegment, layer.heads()), left(maskSegment, layer.neurons()));
                remain += costs.cost(tower.tower(), i).of(size);
            }
        }
        return 1 - remain / teacherCounted;
    }

    /** dq / d logAlpha; 0 in padding and multipliers. */
    public double[] gradient(float[] maskSegment) {
        index.requireSize(maskSegment);
        double[] gradient = new double[index.size()];
        for (TowerMasks tower : index.towers()) {
            double width = left(maskSegment, tower.width()).size;
            double byWidth = 0;
            for (int i = 0; i < tower.layers().size(); i++) {
                LayerMasks layer = tower.layers().get(i);
                LayerCost cost = costs.cost(tower.tower(), i);
                Left heads = left(maskSegment, layer.heads());
                Left neurons = left(maskSegment, layer.neurons());
                LayerSize size = size(tower, width, heads, neurons);
                spread(-cost.byNeurons(size) / teacherCounted, maskSegment, layer.neurons(), gradient);
                if (countsPadding) {
                    byWidth += cost.byPaddedWidth(size, tower.tower().headWidth());
                } else {
                    byWidth += cost.byWidth(size);
                    spread(-cost.byHeads(size) / teacherCounted, maskSegment, layer.heads(), gradient);
                    spreadAny(
                            -cost.byAnyHead(size) / teacherCounted * heads.none, maskSegment, layer.heads(), gradient);
                    spreadAny(
                            -cost.byAnyNeuron(size) / teacherCounted * neurons.none,
                            maskSegment,
                            layer.neurons(),
                            gradient);
                }
            }
            spread(-byWidth / teacherCounted, maskSegment, tower.width(), gradient);
        }
        return gradient;
    }

    private LayerSize size(TowerMasks tower, double width, Left heads, Left neurons) {
        return countsPadding
                ? LayerSize.padded(width, tower.tower().headWidth(), neurons.size)
                : new LayerSize(width, heads.size, neurons.size, 1 - heads.none, 1 - neurons.none);
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

    /**
     * What is expected to be left of a group.
     *
     * @param size units
     * @param none probability that none is
     */
    private record Left(double size, double none) {}

    private static Left left(float[] maskSegment, MaskGroup group) {
        double size = 0;
        double none = 1;
        for (int i = group.from(); i < group.end(); i++) {
            double open = HardConcrete.openProbability(maskSegment[i]);
            size += open;
            none *= 1 - open;
        }
        return new Left(size, none);
    }

    private static void spread(double bySize, float[] maskSegment, MaskGroup group, double[] gradient) {
        for (int i = group.from(); i < group.end(); i++) {
            gradient[i] = bySize * HardConcrete.openProbabilitySlope(maskSegment[i]);
        }
    }

    /** By logAlpha, the probability that none of a group is left falls by itself times the probability of being open. */
    private static void spreadAny(double byAnyAndNone, float[] maskSegment, MaskGroup group, double[] gradient) {
        if (byAnyAndNone != 0) {
            for (int i = group.from(); i < group.end(); i++) {
                gradient[i] += byAnyAndNone * HardConcrete.openProbability(maskSegment[i]);
            }
        }
    }
}
