package io.tinyclip.step;

import io.tinyclip.reduce.TreeSum;
import io.tinyclip.rounding.Rounding;

/**
 * Gradients, added where they were computed.
 *
 * @param rounding of each sum
 */
public record GradientSums(Rounding rounding) implements TreeSum.Arithmetic<Gradient> {
    @Override
    public Gradient add(Gradient left, Gradient right) {
        return left.plus(right, rounding);
    }

    @Override
    public void free(Gradient unused) {
        unused.free();
    }
}
