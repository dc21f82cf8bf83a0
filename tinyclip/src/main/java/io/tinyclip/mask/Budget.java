package io.tinyclip.mask;

/**
 * The parameters that a stage's {@code keep} speaks of where nothing else is said, see {@link Costs}: attention and
 * feed-forward, biases included. Embeddings, patch projection, norms and final projections do not count, as in TinyCLIP's code.
 */
public final class Budget {
    private Budget() {}

    /**
     * Counted parameters of a layer with D = {@code width} and K = {@code headWidth}. Exact for whole numbers, which a
     * double holds up to 2^53; with independent masks and expected sizes it is the expected count.
     */
    public static double layer(double width, double headWidth, double heads, double neurons) {
        double inner = heads * headWidth;
        double attention = 3 * inner * (width + 1) + width * inner + width; // in_proj, out_proj
        double feedForward = neurons * (width + 1) + width * neurons + width; // c_fc, c_proj
        return attention + feedForward;
    }
}
