package io.tinyclip.mask;

import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Tower;

/**
 * The parameters that a stage's {@code keep} speaks of: attention and feed-forward, biases included. Embeddings, patch
 * projection, norms and final projections do not count, as in TinyCLIP's code.
 */
public final class Budget {
    private Budget() {}

    /** Counted parameters of both towers; a residual network has none. */
    public static long counted(ModelShape shape) {
        long image = shape.image() instanceof Tower tower ? counted(tower) : 0;
        return image + counted(shape.text());
    }

    /** Counted parameters of one tower. */
    public static long counted(Tower tower) {
        double count = 0;
        for (LayerShape layer : tower.layers()) {
            count += layer(tower.width(), tower.headWidth(), layer.heads(), layer.neurons());
        }
        return (long) count;
    }

    /** Counted parameters of a tower whose layers are all made alike, see {@link #padded(int, int, int, int)}. */
    public static long padded(Tower tower) {
        int neurons =
                tower.layers().stream().mapToInt(LayerShape::neurons).max().orElse(0);
        return padded(tower.width(), tower.headWidth(), tower.layers().size(), neurons);
    }

    /**
     * Counted parameters of a tower as formats with uniform layers hold it: every layer has as many heads as fit the width,
     * and the most neurons that one has, but at least one.
     *
     * @param width a multiple of the head width
     * @param neurons the most of a layer
     */
    public static long padded(int width, int headWidth, int layers, int neurons) {
        return layers * (long) layer(width, headWidth, width / headWidth, Math.max(1, neurons));
    }

    /** Counted parameters that a student may have. */
    public static long target(double keep, long teacherCounted) {
        return Math.round(keep * teacherCounted);
    }

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
