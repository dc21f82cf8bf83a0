package io.tinyclip.squares;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * In which order groups of input channels of a linear map y = W x + b can go, what the output loses at each size, and the map that
 * is left. Groups go one by one, always that which adds the least squared error when the other weights make up for it as well as
 * they can: Optimal Brain Surgeon for structures, as in ZipLM (Kurtic et al., NeurIPS 2023). Moments about the mean stand for the
 * inputs, so that the bias makes up for means.
 */
public final class Elimination {
    /** Of the mean variance, added to each: it keeps the covariance invertible. */
    private static final double DAMPING = 1e-3;
    /** Share of a second moment, which is worth a sum of some thousand floats' last bits. */
    private static final double FLOAT_NOISE = 1e-5;

    /** Outputs that are solved for together. */
    private static final int OUTPUTS_AT_ONCE = 64;

    private final int width;
    private final int outputs;
    private final double[] mean;
    private final Symmetric covariance;
    private final float[] weights;

    /** Groups, the first to go first. */
    private final int[] order;

    /** By how many groups stay. */
    private final double[] errors;

    private Elimination(Moments moments, float[] weights, int outputs, int width) {
        int channels = moments.channels();
        this.width = width;
        this.outputs = outputs;
        this.weights = weights.clone();
        mean = moments.mean();
        double[] matrix = moments.covariance();
        covariance = Symmetric.of(matrix, channels, damping(matrix, mean));
        order = new int[channels / width];
        errors = new double[order.length + 1];
        Survivors survivors =
                new Survivors(covariance, turned(IntStream.range(0, channels).toArray(), 0, outputs), width);
        for (int i = 0; i < order.length; i++) {
            Survivors.Removal removal = survivors.removeCheapest();
            order[i] = removal.group();
            errors[order.length - i - 1] = errors[order.length - i] + removal.error();
        }
    }

    /**
     * The map that is left.
     *
     * @param weights (outputs, n), zero in columns of groups that are gone
     * @param shift (outputs): what the bias grows by
     */
    public record Fitted(float[] weights, float[] shift) {}

    /**
     * Finds the order.
     *
     * @param moments of x, n channels
     * @param weights W (outputs, n), row by row
     * @param groupWidth how many neighbouring channels go together; divides n
     * @throws IllegalStateException where moments or weights are not finite
     */
    public static Elimination of(Moments moments, float[] weights, int outputs, int groupWidth) {
        int channels = moments.channels();
        if (outputs < 1 || weights.length != (long) outputs * channels) {
            throw new IllegalArgumentException(
                    "[" + weights.length + "] weights of [" + outputs + "] outputs and [" + channels + "] channels");
        }
        if (groupWidth < 1 || channels % groupWidth != 0) {
            throw new IllegalArgumentException(
                    "groups of [" + groupWidth + "] channels; a divisor of [" + channels + "] is needed");
        }
        return new Elimination(moments, weights, outputs, groupWidth);
    }

    /** Against what is all but dependent, and against what is left of large means where the moments were summed in floats. */
    private static double damping(double[] covariance, double[] mean) {
        double variances = 0;
        double squares = 0;
        for (int i = 0; i < mean.length; i++) {
            variances += covariance[i * mean.length + i];
            squares += mean[i] * mean[i];
        }
        double damping = Math.max(DAMPING * variances, FLOAT_NOISE * (variances + squares)) / mean.length;
        return damping > 0 ? damping : 1;
    }

    /** How many groups there are. */
    public int groups() {
        return order.length;
    }

    /**
     * What the output loses: the squared error per input row, summed over outputs, with the damping counted as variance.
     *
     * @param kept how many groups stay
     */
    public double error(int kept) {
        return errors[checked(kept)];
    }

    /**
     * The groups that stay, ascending. Fewer are always among more.
     *
     * @param count how many
     */
    public int[] kept(int count) {
        return Arrays.stream(order, order.length - checked(count), order.length)
                .sorted()
                .toArray();
    }

    /**
     * The map that loses least with the groups that stay. Its weights are solved for anew, and carry no rounding of the order's
     * search.
     *
     * @param count how many stay
     */
    public Fitted fitted(int count) {
        int[] stay = Survivors.channels(kept(count), width);
        int[] go = Survivors.channels(
                Arrays.stream(order, 0, order.length - count).sorted().toArray(), width);
        float[] fitted = new float[weights.length];
        double[][] crossed = Arrays.stream(stay)
                .mapToObj(i ->
                        Arrays.stream(go).mapToDouble(k -> covariance.at(i, k)).toArray())
                .toArray(double[][]::new);
        Cholesky factor = Cholesky.of(covariance.part(stay));
        IntStream.range(0, (outputs + OUTPUTS_AT_ONCE - 1) / OUTPUTS_AT_ONCE)
                .parallel()
                .map(part -> part * OUTPUTS_AT_ONCE)
                .forEach(from -> {
                    int to = Math.min(outputs, from + OUTPUTS_AT_ONCE);
                    double[][] loss = loss(factor, crossed, turned(go, from, to), to - from);
                    for (int i = 0; i < stay.length; i++) {
                        for (int row = from; row < to; row++) {
                            int at = row * mean.length + stay[i];
                            fitted[at] = (float) (weights[at] - loss[i][row - from]);
                        }
                    }
                });
        return new Fitted(fitted, shift(fitted));
    }

    /**
     * What weights that stay lose: W' C_SS = W C_:S is the same as W' = W_S + W_D C_DS (C_SS)^-1, with D for those that go.
     *
     * @param crossed C_SD
     * @param gone (D, columns)
     * @return (S, columns): less than nothing where they gain
     */
    private static double[][] loss(Cholesky factor, double[][] crossed, double[][] gone, int columns) {
        double[][] loss = new double[crossed.length][columns];
        for (int i = 0; i < loss.length; i++) {
            new Combination(crossed[i], gone, gone.length).subtractFrom(loss[i], 0, columns);
        }
        factor.forward(loss, columns);
        factor.backward(loss, columns);
        return loss;
    }

    /** (W - W') mean, with W' as it was rounded. */
    private float[] shift(float[] fitted) {
        float[] shift = new float[outputs];
        for (int row = 0; row < outputs; row++) {
            double sum = 0;
            for (int k = 0; k < mean.length; k++) {
                int at = row * mean.length + k;
                sum += ((double) weights[at] - fitted[at]) * mean[k];
            }
            shift[row] = (float) sum;
        }
        return shift;
    }

    /** A row for each channel, of some outputs. */
    private double[][] turned(int[] channels, int from, int to) {
        double[][] turned = new double[channels.length][to - from];
        for (int i = 0; i < channels.length; i++) {
            for (int row = from; row < to; row++) {
                turned[i][row - from] = weights[row * mean.length + channels[i]];
            }
        }
        return turned;
    }

    private int checked(int count) {
        if (count < 0 || count > order.length) {
            throw new IllegalArgumentException("[" + count + "] groups of [" + order.length + "]");
        }
        return count;
    }
}
