package io.tinyclip.lowrank;

import java.util.stream.IntStream;

/** Products of small matrices, each entry added up in the order of the inner index, on several threads: each row is one thread's. */
public final class Matrix {
    private Matrix() {}

    /** (a, n) times (n, b): (a, b). */
    public static double[][] product(double[][] left, double[][] right) {
        double[][] product = new double[left.length][right[0].length];
        IntStream.range(0, left.length).parallel().forEach(i -> {
            double[] sums = product[i];
            for (int k = 0; k < right.length; k++) {
                double factor = left[i][k];
                double[] row = right[k];
                for (int j = 0; j < sums.length; j++) {
                    sums[j] += factor * row[j];
                }
            }
        });
        return product;
    }

    /** (a, b) as (b, a). */
    public static double[][] transposed(double[][] matrix) {
        double[][] turned = new double[matrix[0].length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < turned.length; j++) {
                turned[j][i] = matrix[i][j];
            }
        }
        return turned;
    }

    /** Copies what is above the diagonal of a square matrix to below it. */
    static void mirror(double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < i; j++) {
                matrix[i][j] = matrix[j][i];
            }
        }
    }

    /** (a, n) of floats that lie row by row. */
    static double[][] of(float[] values, int columns) {
        double[][] matrix = new double[values.length / columns][columns];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < columns; j++) {
                matrix[i][j] = values[i * columns + j];
            }
        }
        return matrix;
    }
}
