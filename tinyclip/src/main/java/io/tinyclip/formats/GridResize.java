package io.tinyclip.formats;

import java.nio.FloatBuffer;

/**
 * Bicubic resizing of a square grid of vectors, antialiased when it shrinks; cell centres correspond, corners do not. The
 * same as PyTorch's {@code interpolate(mode="bicubic", antialias=True, align_corners=False)}, but for rounding.
 */
final class GridResize {
    /** Half width of the kernel, in cells. */
    private static final int REACH = 2;
    /** The parameter of cubic convolution of PyTorch's antialiased filter, as in Pillow. */
    private static final float A = -0.5f;

    private final int in;
    private final int out;
    private final int channels;
    private final int[] first;
    private final float[][] weights;

    /**
     * A resizing of (in, in, channels) to (out, out, channels).
     *
     * @param in cells along a side
     * @param out cells along a side of the result
     */
    GridResize(int in, int out, int channels) {
        this.in = in;
        this.out = out;
        this.channels = channels;
        this.first = new int[out];
        this.weights = new float[out][];
        float scale = (float) in / out;
        float stretch = Math.max(1, scale);
        for (int i = 0; i < out; i++) {
            float centre = (float) (scale * (i + 0.5));
            first[i] = Math.max(0, (int) (centre - REACH * stretch + 0.5));
            int end = Math.min(in, (int) (centre + REACH * stretch + 0.5));
            weights[i] = weights(first[i], end, centre, stretch);
        }
    }

    /** Resizes; both buffers row by row, then column by column, from their starts on. */
    void resize(FloatBuffer from, FloatBuffer to) {
        double[] row = new double[in * channels];
        for (int y = 0; y < out; y++) {
            columns(from, y, row);
            for (int x = 0; x < out; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    double sum = 0;
                    for (int tap = 0; tap < weights[x].length; tap++) {
                        sum += weights[x][tap] * row[(first[x] + tap) * channels + channel];
                    }
                    to.put((y * out + x) * channels + channel, (float) sum);
                }
            }
        }
    }

    /** One row of the result, at the input's columns. */
    private void columns(FloatBuffer from, int y, double[] row) {
        for (int i = 0; i < row.length; i++) {
            double sum = 0;
            for (int tap = 0; tap < weights[y].length; tap++) {
                sum += weights[y][tap] * from.get((first[y] + tap) * row.length + i);
            }
            row[i] = sum;
        }
    }

    /** In single precision at each step, as in PyTorch: a place far from the grid's start has few digits left. */
    private static float[] weights(int from, int end, float centre, float stretch) {
        float[] weights = new float[end - from];
        float inverse = 1 / stretch;
        float sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = cubic(Math.abs((float) ((from + i - centre + 0.5) * inverse)));
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    private static float cubic(float distance) {
        if (distance < 1) {
            return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
        }
        return distance < REACH ? ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A : 0;
    }
}
