package io.tinyclip.mask;

import io.tinyclip.random.Counter;

/** The uniform noise by which masks are drawn. */
public final class MaskNoise {
    private MaskNoise() {}

    /**
     * Fills {@code out} with uniform noise between epsilon and 1 - epsilon.
     *
     * @param key of whatever draws one sample: a step's partition
     * @param out one value for each float of the mask segment, padding and multipliers too, so that a mask's noise is
     *     addressed by the mask's own index
     */
    public static void fill(long key, float[] out) {
        double span = 1 - 2 * HardConcrete.EPSILON;
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (HardConcrete.EPSILON + span * Counter.uniform(key, i));
        }
    }
}
