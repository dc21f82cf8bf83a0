package io.tinyclip.squares;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The lower triangular L of a symmetric positive definite matrix (n, n) = L L'.
 *
 * @param factor L; row i has at least i + 1 entries
 */
record Cholesky(double[][] factor) {
    /** Columns that are factorised together, so that the rest of the matrix is passed over once for all of them. */
    private static final int PANEL = 64;

    /**
     * Factorises a matrix.
     *
     * @param lower its lower half, which is overwritten
     * @throws IllegalStateException where it is not positive definite, or not finite
     */
    static Cholesky of(double[][] lower) {
        int failed = factorise(lower);
        if (failed >= 0) {
            throw new IllegalStateException("a covariance of [" + lower.length
                    + "] channels has no positive finite pivot at [" + failed + "]; are the inputs finite?");
        }
        return new Cholesky(lower);
    }

    /** @return at which row there is no positive pivot, or -1 */
    static int factorise(double[][] lower) {
        for (int from = 0; from < lower.length; from += PANEL) {
            int to = Math.min(lower.length, from + PANEL);
            int failed = diagonal(lower, from, to);
            if (failed >= 0) {
                return failed;
            }
            if (to < lower.length) {
                below(lower, from, to);
            }
        }
        return -1;
    }

    private static int diagonal(double[][] lower, int from, int to) {
        for (int i = from; i < to; i++) {
            double[] row = lower[i];
            solve(lower, from, i, row);
            double pivot = row[i];
            for (int k = from; k < i; k++) {
                pivot -= row[k] * row[k];
            }
            if (!(pivot > 0 && pivot < Double.POSITIVE_INFINITY)) {
                return i;
            }
            row[i] = StrictMath.sqrt(pivot);
        }
        return -1;
    }

    /** Entries from..to of a row of the factor. */
    private static void solve(double[][] lower, int from, int to, double[] row) {
        for (int j = from; j < to; j++) {
            double value = row[j];
            for (int k = from; k < j; k++) {
                value -= lower[j][k] * row[k];
            }
            row[j] = value / lower[j][j];
        }
    }

    private static void below(double[][] lower, int from, int to) {
        double[][] panel = new double[to - from][lower.length];
        IntStream.range(to, lower.length).parallel().forEach(i -> {
            solve(lower, from, to, lower[i]);
            for (int j = from; j < to; j++) {
                panel[j - from][i] = lower[i][j];
            }
        });
        IntStream.range(to, lower.length).parallel().forEach(i -> new Combination(
                        Arrays.copyOfRange(lower[i], from, to), panel, to - from)
                .subtractFrom(lower[i], to, i + 1));
    }

    /**
     * Solves L x = y for every column of y.
     *
     * @param rows (n, columns): y, and then x
     */
    void forward(double[][] rows, int columns) {
        for (int i = 0; i < factor.length; i++) {
            new Combination(factor[i], rows, i).subtractFrom(rows[i], 0, columns);
            divide(rows[i], columns, factor[i][i]);
        }
    }

    /**
     * Solves L' x = y for every column of y.
     *
     * @param rows (n, columns): y, and then x
     */
    void backward(double[][] rows, int columns) {
        for (int i = factor.length - 1; i >= 0; i--) {
            divide(rows[i], columns, factor[i][i]);
            for (int k = 0; k < i; k++) {
                Combination.one(factor[i][k], rows[i], rows[k], 0, columns);
            }
        }
    }

    private static void divide(double[] row, int columns, double by) {
        for (int k = 0; k < columns; k++) {
            row[k] /= by;
        }
    }

    /**
     * The sum of y' (L L')^-1 y over the columns of y, which is that of the squares of what {@link #forward} gives.
     *
     * @param rows (n, columns), from a row on
     */
    double squares(double[][] rows, int from, int columns) {
        double[] solved = new double[factor.length];
        double sum = 0;
        for (int column = 0; column < columns; column++) {
            for (int i = 0; i < solved.length; i++) {
                double value = rows[from + i][column];
                for (int k = 0; k < i; k++) {
                    value -= factor[i][k] * solved[k];
                }
                solved[i] = value / factor[i][i];
                sum += solved[i] * solved[i];
            }
        }
        return sum;
    }
}
