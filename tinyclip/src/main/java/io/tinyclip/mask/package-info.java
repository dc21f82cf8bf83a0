/**
 * Learned masks: how they are drawn, how much of a budget they are expected to leave, and the pressure on them. Decides
 * where in a vector which unit's mask lies, what a layer costs in which unit, and the derivative of the penalty.
 *
 * <p>Must not know what is cut in the end, which is for {@code inherit}. Open {@code MaskIndex} first, then
 * {@code Costs} and {@code Sparsity}.
 */
package io.tinyclip.mask;
