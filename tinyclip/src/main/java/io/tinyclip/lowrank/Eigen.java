package io.tinyclip.lowrank;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix (n, n), by cyclic Jacobi rotations: row by row every entry above the diagonal
 * is turned to zero, until all are small. Some 6 to 10 sweeps of 6 n^3 operations each, on one thread: under a second for n = 256,
 * some seconds for 512, a minute or two for 1,280.
 *
 * @param values the largest first; equal ones by the column that they were found in
 * @param vectors row i belongs to value i, is of unit length, and orthogonal to all others
 */
public record Eigen(double[] values, double[][] vectors) {
    /** Entries above the diagonal no larger than this share of the mean of the diagonal are as good as zero. */
    private static final double NEGLIGIBLE = 0x1p-53;

    /** Jacobi's convergence is quadratic: nothing takes as many. */
    private static final int MOST_SWEEPS = 64;

    /**
     * Decomposes the matrix.
     *
     * @param matrix symmetric and finite; is overwritten
     */
    public static Eigen of(double[][] matrix) {
        int size = matrix.length;
        double[][] vectors = new double[size][size];
        for (int i = 0; i < size; i++) {
            vectors[i][i] = 1;
        }
        double small = negligible(matrix);
        int sweeps = 0;
        while (sweep(matrix, vectors, small)) {
            if (++sweeps == MOST_SWEEPS) {
                throw new IllegalArgumentException(
                        "a matrix of [" + size + "] rows has no eigenvectors after [" + sweeps + "] sweeps");
            }
        }
        return sorted(matrix, vectors);
    }

    private static double negligible(double[][] matrix) {
        double sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            sum += Math.abs(matrix[i][i]);
        }
        if (!Double.isFinite(sum)) {
            throw new IllegalArgumentException("a matrix whose diagonal sums to [" + sum + "] has no eigenvectors");
        }
        return NEGLIGIBLE * sum / Math.max(1, matrix.length);
    }

    /** @return whether anything was turned */
    private static boolean sweep(double[][] matrix, double[][] vectors, double small) {
        boolean turned = false;
        for (int p = 0; p < matrix.length; p++) {
            for (int q = p + 1; q < matrix.length; q++) {
                if (Math.abs(matrix[p][q]) > small) {
                    turn(matrix, vectors, p, q);
                    turned = true;
                }
            }
        }
        return turned;
    }

    /** Turns rows and columns p and q so that the entry where they meet becomes zero. */
    private static void turn(double[][] matrix, double[][] vectors, int p, int q) {
        double pq = matrix[p][q];
        double pp = matrix[p][p];
        double qq = matrix[q][q];
        double theta = (qq - pp) / (2 * pq);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + StrictMath.sqrt(theta * theta + 1));
        double cosine = 1 / StrictMath.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        rotate(matrix[p], matrix[q], cosine, sine);
        rotate(vectors[p], vectors[q], cosine, sine);
        double[] rowP = matrix[p];
        double[] rowQ = matrix[q];
        for (int k = 0; k < matrix.length; k++) {
            matrix[k][p] = rowP[k];
            matrix[k][q] = rowQ[k];
        }
        matrix[p][p] = pp - tangent * pq;
        matrix[q][q] = qq + tangent * pq;
        matrix[p][q] = 0;
        matrix[q][p] = 0;
    }

    private static void rotate(double[] a, double[] b, double cosine, double sine) {
        for (int k = 0; k < a.length; k++) {
            double x = a[k];
            double y = b[k];
            a[k] = cosine * x - sine * y;
            b[k] = sine * x + cosine * y;
        }
    }

    private static Eigen sorted(double[][] matrix, double[][] vectors) {
        int[] order = IntStream.range(0, matrix.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -matrix[i][i]).thenComparing(i -> i))
                .mapToInt(i -> i)
                .toArray();
        return new Eigen(
                Arrays.stream(order).mapToDouble(i -> matrix[i][i]).toArray(),
                Arrays.stream(order).mapToObj(i -> vectors[i]).toArray(double[][]::new));
    }
}
