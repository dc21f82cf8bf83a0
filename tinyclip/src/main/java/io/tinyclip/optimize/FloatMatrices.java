package io.tinyclip.optimize;

import java.util.Arrays;

/** Small row-major matrices in plain float arithmetic: each entry is summed in order, so its bits are the same on every JVM. */
final class FloatMatrices {
    /** Rows of the right factor that one pass over a row of the product adds: it is loaded and stored once for all of them. */
    private static final int TOGETHER = 8;

    private FloatMatrices() {}

    /** @return (columns, rows) of (rows, columns) */
    static float[] transposed(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
        return transposed;
    }

    /** @return left (n, k) times right (k, m): (n, m) */
    static float[] product(float[] left, float[] right, int n, int k, int m) {
        float[] product = new float[n * m];
        float[] row = new float[m];
        for (int i = 0; i < n; i++) {
            addRows(left, i * k, right, k, row);
            System.arraycopy(row, 0, product, i * m, m);
            Arrays.fill(row, 0);
        }
        return product;
    }

    /** Adds the right matrix's k rows, each times its factor, which begin at {@code at}. */
    private static void addRows(float[] factors, int at, float[] right, int k, float[] sum) {
        int m = sum.length;
        int l = 0;
        for (; l + TOGETHER <= k; l += TOGETHER) {
            addEight(factors, at + l, right, l * m, sum);
        }
        for (; l < k; l++) {
            float factor = factors[at + l];
            int from = l * m;
            for (int j = 0; j < m; j++) {
                sum[j] += factor * right[from + j];
            }
        }
    }

    private static void addEight(float[] factors, int at, float[] right, int from, float[] sum) {
        float a = factors[at];
        float b = factors[at + 1];
        float c = factors[at + 2];
        float d = factors[at + 3];
        float e = factors[at + 4];
        float f = factors[at + 5];
        float g = factors[at + 6];
        float h = factors[at + 7];
        int m = sum.length;
        int second = from + m;
        int third = second + m;
        int fourth = third + m;
        int fifth = fourth + m;
        int sixth = fifth + m;
        int seventh = sixth + m;
        int eighth = seventh + m;
        for (int j = 0; j < m; j++) {
            sum[j] = sum[j]
                    + a * right[from + j]
                    + b * right[second + j]
                    + c * right[third + j]
                    + d * right[fourth + j]
                    + e * right[fifth + j]
                    + f * right[sixth + j]
                    + g * right[seventh + j]
                    + h * right[eighth + j];
        }
    }
}
