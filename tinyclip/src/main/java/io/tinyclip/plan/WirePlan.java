package io.tinyclip.plan;

import io.tinyclip.rounding.Rounding;

/**
 * What is rounded so that it travels in fewer bytes. Rounding belongs to a value and not to the wire: whoever made it has
 * the rounded one too, so the bits do not depend on who sends what to whom.
 *
 * @param weights those that workers compute with; the optimizer's own stay as they are
 * @param gradients every node of the sum over the partitions, single partitions included
 * @param features embeddings of student and teacher
 */
public record WirePlan(Rounding weights, Rounding gradients, Rounding features) {
    /** Nothing is rounded. */
    public static final WirePlan FP32 = new WirePlan(Rounding.FP32, Rounding.FP32, Rounding.FP32);
}
