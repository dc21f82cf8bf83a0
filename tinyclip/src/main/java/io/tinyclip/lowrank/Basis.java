package io.tinyclip.lowrank;

import java.util.Arrays;

/**
 * A basis of r rows of D, and how rows of a table become combinations of it. A table (R, D) so becomes a product of coefficients
 * (R, r) and the basis (r, D).
 *
 * @param rows (r, D)
 * @param toCoefficients (n, r): what a row of n is multiplied with from the right
 */
public record Basis(double[][] rows, double[][] toCoefficients) {
    /** Of the largest eigenvalue: what is below is rounding, and the basis has fewer directions than rows. */
    private static final double SINGULAR = 0x1p-44;

    /**
     * The basis on which a table loses least, by a truncated singular value decomposition: the r eigenvectors of the Gram matrix of
     * its columns with the largest eigenvalues, orthonormal. The sum of the squares of what is lost is that of the other
     * eigenvalues.
     *
     * @param rank r, at most D
     */
    public static Basis best(Rows table, int rank) {
        double[][] basis = leading(table.gram(), rank);
        return new Basis(basis, Matrix.transposed(basis));
    }

    /**
     * The same of a table that is a product already.
     *
     * @param coefficients (R, m)
     * @param before (m, D)
     * @param rank r, at most m
     */
    public static Basis best(Rows coefficients, float[] before, int rank) {
        double[][] old = Matrix.of(before, before.length / coefficients.columns());
        double[][] gram = Matrix.product(Matrix.transposed(old), Matrix.product(coefficients.gram(), old));
        Matrix.mirror(gram);
        double[][] basis = leading(gram, rank);
        return new Basis(basis, Matrix.product(old, Matrix.transposed(basis)));
    }

    private static double[][] leading(double[][] gram, int rank) {
        return Arrays.copyOf(Eigen.of(gram).vectors(), rank);
    }

    /**
     * A basis that is given: rows become those combinations that are nearest to them. Where its rows depend on each other, the
     * shortest of these.
     *
     * @param basis (r, D), row by row
     */
    public static Basis given(float[] basis, int width) {
        double[][] rows = Matrix.of(basis, width);
        double[][] turned = Matrix.transposed(rows);
        Eigen products = Eigen.of(Matrix.product(rows, turned));
        double[][] scaled = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            double value = products.values()[i];
            double inverse = value > SINGULAR * products.values()[0] ? 1 / value : 0;
            scaled[i] =
                    Arrays.stream(products.vectors()[i]).map(it -> it * inverse).toArray();
        }
        double[][] inverse = Matrix.product(Matrix.transposed(products.vectors()), scaled);
        return new Basis(rows, Matrix.product(turned, inverse));
    }

    /** r. */
    public int rank() {
        return rows.length;
    }

    /**
     * The coefficients of a row.
     *
     * @param row (n)
     * @param target gets r values
     */
    public void coefficients(double[] row, double[] target) {
        Arrays.fill(target, 0);
        for (int i = 0; i < row.length; i++) {
            double factor = row[i];
            double[] column = toCoefficients[i];
            for (int k = 0; k < target.length; k++) {
                target[k] += factor * column[k];
            }
        }
    }
}
