package io.tinyclip.squares;

import io.tinyclip.lowrank.Matrix;
import java.util.Arrays;

/**
 * What inputs x (n channels) are by their coordinates u = U x on a basis of r rows, as well as least squares tell: x is about
 * {@code factors' u + offset}.
 *
 * @param factors (r, n)
 * @param offset (n), by which means are met
 */
public record Reconstruction(double[][] factors, double[] offset) {
    /**
     * Of the mean second moment of the coordinates, added to each variance: a basis may reach further than what was seen, where a
     * variance is no more than what rounding left of sums of floats.
     */
    private static final double DAMPING = 1e-5;

    /** Of the square of a mean, which is what a sum of some thousand floats may have lost of it. */
    private static final double ROUNDING = 0x1p-19;

    /**
     * By moments.
     *
     * @param moments of x, with any rows
     * @param basis U (r, n)
     */
    public static Reconstruction of(Moments moments, double[][] basis) {
        int channels = moments.channels();
        double[] covariance = moments.covariance();
        double[][] rows = new double[channels][];
        for (int i = 0; i < channels; i++) {
            rows[i] = Arrays.copyOfRange(covariance, i * channels, (i + 1) * channels);
        }
        double[][] crossed = Matrix.product(basis, rows);
        double[][] own = Matrix.product(crossed, Matrix.transposed(basis));
        double[] mean = moments.mean();
        double[] at = new double[own.length];
        double sum = 0;
        for (int i = 0; i < own.length; i++) {
            for (int k = 0; k < channels; k++) {
                at[i] += basis[i][k] * mean[k];
            }
            sum += own[i][i] + at[i] * at[i];
        }
        for (int i = 0; i < own.length; i++) {
            own[i][i] += DAMPING * sum / own.length + ROUNDING * at[i] * at[i];
        }
        Cholesky factor = Cholesky.of(own);
        factor.forward(crossed, channels);
        factor.backward(crossed, channels);
        double[] offset = mean.clone();
        for (int i = 0; i < at.length; i++) {
            for (int k = 0; k < channels; k++) {
                offset[k] -= at[i] * crossed[i][k];
            }
        }
        return new Reconstruction(crossed, offset);
    }
}
