package io.tinyclip.fit;

import java.util.stream.IntStream;

/**
 * The x of 0 or more that brings A x nearest to b (Lawson and Hanson, "Solving least squares problems", 1974, chapter 23):
 * columns enter one by one, the one along which the residual falls fastest first, and leave again where they would turn negative.
 */
public final class NonNegativeLeastSquares {
    /** Of the columns' norms, which are brought to 1, and of b's: below is nothing but rounding. */
    private static final double NOTHING = 1e-10;

    /** In practice, columns enter about once. */
    private static final int ROUNDS = 10;

    private final double[][] columns;
    private final double[] b;
    private final boolean[] free;
    private double[] x;

    private NonNegativeLeastSquares(double[][] columns, double[] b) {
        this.columns = columns;
        this.b = b;
        this.free = new boolean[columns.length];
        this.x = new double[columns.length];
    }

    /**
     * Solves it.
     *
     * @param a (rows, columns)
     * @param b (rows)
     * @return (columns), each 0 or more; 0 where a column is 0
     */
    public static double[] solve(double[][] a, double[] b) {
        int columns = a[0].length;
        double[] norms = new double[columns];
        double[][] scaled = new double[columns][a.length];
        for (int j = 0; j < columns; j++) {
            for (double[] row : a) {
                norms[j] += row[j] * row[j];
            }
            norms[j] = Math.sqrt(norms[j]);
            for (int i = 0; i < a.length; i++) {
                scaled[j][i] = norms[j] > 0 ? a[i][j] / norms[j] : 0;
            }
        }
        double[] x = new NonNegativeLeastSquares(scaled, b).solve();
        for (int j = 0; j < columns; j++) {
            x[j] = norms[j] > 0 ? x[j] / norms[j] : 0;
        }
        return x;
    }

    private double[] solve() {
        double least = NOTHING * Math.sqrt(dot(b, b));
        for (int round = 0; round < ROUNDS * columns.length; round++) {
            int entering = steepest(least);
            if (entering < 0) {
                return x;
            }
            free[entering] = true;
            settle();
        }
        return x;
    }

    /** The column along which the residual falls fastest; -1 where it falls along none. */
    private int steepest(double least) {
        double[] residual = b.clone();
        for (int j = 0; j < columns.length; j++) {
            for (int i = 0; i < b.length; i++) {
                residual[i] -= x[j] * columns[j][i];
            }
        }
        int steepest = -1;
        double most = least;
        for (int j = 0; j < columns.length; j++) {
            double slope = free[j] ? 0 : dot(columns[j], residual);
            if (slope > most) {
                most = slope;
                steepest = j;
            }
        }
        return steepest;
    }

    /** Goes towards the best x of the free columns, as far as all stay above 0; who reaches 0 first is free no more. */
    private void settle() {
        while (true) {
            double[] best = best();
            int first = -1;
            double share = 1;
            for (int j = 0; j < best.length; j++) {
                if (free[j] && best[j] <= 0 && (first < 0 || shareTo0(j, best) < share)) {
                    share = shareTo0(j, best);
                    first = j;
                }
            }
            for (int j = 0; j < best.length; j++) {
                x[j] = first < 0 ? best[j] : Math.max(0, x[j] + share * (best[j] - x[j]));
            }
            if (first < 0) {
                return;
            }
            x[first] = 0;
            free[first] = false;
        }
    }

    /** Of the way to the best x, after which a column that falls is 0. */
    private double shareTo0(int column, double[] best) {
        return x[column] > 0 ? x[column] / (x[column] - best[column]) : 0;
    }

    /** Without regard to signs, by Householder's reflections; of columns that depend on others, the later ones are 0. */
    private double[] best() {
        int[] of = IntStream.range(0, columns.length).filter(j -> free[j]).toArray();
        double[][] r = new double[of.length][];
        for (int k = 0; k < of.length; k++) {
            r[k] = columns[of[k]].clone();
        }
        double[] right = b.clone();
        for (int k = 0; k < of.length && k < right.length; k++) {
            reflect(r, right, k);
        }
        double[] best = new double[columns.length];
        for (int k = of.length - 1; k >= 0; k--) {
            double rest = k < right.length ? right[k] : 0;
            for (int j = k + 1; j < of.length; j++) {
                rest -= r[j][k] * best[of[j]];
            }
            best[of[k]] = k < right.length && Math.abs(r[k][k]) > NOTHING ? rest / r[k][k] : 0;
        }
        return best;
    }

    /** Brings column k to 0 below its diagonal, and the later columns and the right side along. */
    private static void reflect(double[][] r, double[] right, int k) {
        double[] normal = r[k].clone();
        double norm = 0;
        for (int i = 0; i < normal.length; i++) {
            normal[i] = i < k ? 0 : normal[i];
            norm += normal[i] * normal[i];
        }
        normal[k] += Math.copySign(Math.sqrt(norm), normal[k]);
        double square = dot(normal, normal);
        if (square > 0) {
            for (int j = k; j < r.length; j++) {
                subtract(r[j], normal, 2 * dot(r[j], normal) / square);
            }
            subtract(right, normal, 2 * dot(right, normal) / square);
        }
    }

    private static void subtract(double[] from, double[] what, double times) {
        for (int i = 0; i < from.length; i++) {
            from[i] -= times * what[i];
        }
    }

    private static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}
