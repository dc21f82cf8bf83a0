package io.tinyclip.image;

import io.tinyclip.image.Preprocessing.Interpolation;

/**
 * The weights of one direction of a resampling: output i is the sum of {@code taps(i)} inputs from {@code first(i)} on,
 * each with a weight in fixed point. Weights are made in double precision by arithmetic alone, then rounded, so they
 * are the same everywhere.
 */
final class Axis {
    /** Bits after the point: 32 less 8 of the pixel, less the sign, less one for weights beyond 1; as in Pillow. */
    static final int PRECISION = 22;

    /** Weights come in multiples of this many, filled up with zeros, so that several can be applied at a time. */
    static final int STEP = 4;

    private static final double ONE = 1 << PRECISION;
    /** Catmull and Rom's choice of the parameter of cubic convolution; Pillow's, and not OpenCV's -0.75. */
    private static final double A = -0.5;
    /** Half width of the cubic kernel, in pixels. */
    private static final int CUBIC = 2;
    /** Half width of the triangle, which interpolates linearly. */
    private static final int LINEAR = 1;

    private final int[] first;
    private final int[] end;
    private final int[][] weights;

    /**
     * Part of the outputs of an axis.
     *
     * @param in pixels of the input
     * @param out pixels that the whole input would be resized to
     * @param from first output wanted
     * @param count outputs wanted
     * @param filter the kernel
     */
    Axis(int in, int out, int from, int count, Interpolation filter) {
        this.first = new int[count];
        this.end = new int[count];
        this.weights = new int[count][];
        double scale = (double) in / out;
        double stretch = Math.max(scale, 1);
        double reach = (filter == Interpolation.BICUBIC ? CUBIC : LINEAR) * stretch;
        for (int i = 0; i < count; i++) {
            double centre = (from + i + 0.5) * scale;
            first[i] = Math.max(0, (int) (centre - reach + 0.5));
            end[i] = Math.min(in, (int) (centre + reach + 0.5));
            weights[i] = weights(first[i], end[i], centre, stretch, filter);
        }
    }

    int size() {
        return first.length;
    }

    int first(int output) {
        return first[output];
    }

    /** The input after the last that an output needs. */
    int end(int output) {
        return end[output];
    }

    int[] weights(int output) {
        return weights[output];
    }

    /** The first output that needs an input, or one after it. */
    int firstOutput(int input) {
        int output = 0;
        while (output < end.length && end[output] <= input) {
            output++;
        }
        return output;
    }

    /** The first input that some output needs. */
    int firstInput() {
        return first[0];
    }

    /** The input after the last that some output needs. */
    int endInput() {
        return end[end.length - 1];
    }

    private static int[] weights(int from, int end, double centre, double stretch, Interpolation filter) {
        double[] exact = new double[end - from];
        double inverse = 1 / stretch;
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            double distance = Math.abs((i + from - centre + 0.5) * inverse);
            exact[i] = filter == Interpolation.BICUBIC ? cubic(distance) : Math.max(0, LINEAR - distance);
            sum += exact[i];
        }
        int[] fixed = new int[(exact.length + STEP - 1) / STEP * STEP];
        for (int i = 0; i < exact.length; i++) {
            double scaled = exact[i] / sum * ONE;
            fixed[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
        return fixed;
    }

    private static double cubic(double distance) {
        if (distance < 1) {
            return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
        }
        return distance < CUBIC ? (((distance - 5) * distance + 8) * distance - 4) * A : 0;
    }
}
