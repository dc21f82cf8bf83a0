package io.tinyclip.squares;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A symmetric matrix (n, n), of which the lower half is kept. */
final class Symmetric {
    /** Rows that are swept together, so that the rest of the matrix is passed over once for all of them. */
    private static final int PANEL = 64;

    /** Row i has at least i + 1 entries. */
    private double[][] rows;

    private Symmetric(double[][] rows) {
        this.rows = rows;
    }

    /**
     * A matrix with something more on its diagonal.
     *
     * @param matrix (n, n), of which the lower half counts
     */
    static Symmetric of(double[] matrix, int size, double onDiagonal) {
        double[][] rows = new double[size][];
        for (int i = 0; i < size; i++) {
            rows[i] = Arrays.copyOfRange(matrix, i * size, i * size + i + 1);
            rows[i][i] += onDiagonal;
        }
        return new Symmetric(rows);
    }

    int size() {
        return rows.length;
    }

    double at(int i, int k) {
        return i >= k ? rows[i][k] : rows[k][i];
    }

    /** The lower half of some rows and columns. */
    double[][] part(int[] places) {
        double[][] part = new double[places.length][];
        for (int i = 0; i < places.length; i++) {
            part[i] = new double[i + 1];
            for (int k = 0; k <= i; k++) {
                part[i][k] = at(places[i], places[k]);
            }
        }
        return part;
    }

    /** The lower half of neighbouring rows and columns. */
    double[][] block(int from, int to) {
        double[][] block = new double[to - from][];
        for (int i = from; i < to; i++) {
            block[i - from] = Arrays.copyOfRange(rows[i], from, i + 1);
        }
        return block;
    }

    /** Whole neighbouring rows: (to - from, n). */
    double[][] whole(int from, int to) {
        double[][] whole = new double[to - from][rows.length];
        for (int i = from; i < to; i++) {
            System.arraycopy(rows[i], 0, whole[i - from], 0, i + 1);
            for (int k = i + 1; k < rows.length; k++) {
                whole[i - from][k] = rows[k][i];
            }
        }
        return whole;
    }

    /** Takes a combination of rows (n) away from a row. */
    void subtract(int row, Combination combination) {
        combination.subtractFrom(rows[row], 0, row + 1);
    }

    /** Only these rows and columns stay. */
    void keep(int[] places) {
        double[][] kept = new double[places.length][];
        for (int i = 0; i < places.length; i++) {
            double[] row = rows[places[i]];
            for (int k = 0; k <= i; k++) {
                row[k] = row[places[k]];
            }
            kept[i] = row;
        }
        rows = kept;
    }

    /** Its inverse, where it is positive definite. */
    Symmetric inverse() {
        Symmetric swept = new Symmetric(
                IntStream.range(0, size()).mapToObj(i -> rows[i].clone()).toArray(double[][]::new));
        for (int from = 0; from < size(); from += PANEL) {
            swept.sweep(from, Math.min(size(), from + PANEL));
        }
        for (double[] row : swept.rows) {
            for (int k = 0; k < row.length; k++) {
                row[k] = -row[k];
            }
        }
        return swept;
    }

    /**
     * The sweep operator (Goodnight, 1979) on a block S of M: M_SS becomes -(M_SS)^-1, M_S: becomes (M_SS)^-1 M_S:, and all else
     * loses M_:S (M_SS)^-1 M_S:. When all is swept, M has become -M^-1.
     */
    private void sweep(int from, int to) {
        int count = to - from;
        Cholesky pivot = Cholesky.of(block(from, to));
        double[][] whole = whole(from, to);
        double[][] unit = new double[count][count];
        for (int i = 0; i < count; i++) {
            Arrays.fill(whole[i], from, to, 0);
            unit[i][i] = -1;
        }
        pivot.forward(whole, size());
        pivot.forward(unit, count);
        IntStream.range(0, size())
                .filter(row -> row < from || row >= to)
                .parallel()
                .forEach(row -> subtract(row, new Combination(column(whole, row), whole, count)));
        for (int i = 0; i < count; i++) {
            System.arraycopy(unit[i], 0, whole[i], from, count);
        }
        pivot.backward(whole, size());
        for (int i = from; i < to; i++) {
            System.arraycopy(whole[i - from], 0, rows[i], 0, i + 1);
            for (int k = i + 1; k < size(); k++) {
                rows[k][i] = whole[i - from][k];
            }
        }
    }

    static double[] column(double[][] matrix, int column) {
        double[] values = new double[matrix.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix[i][column];
        }
        return values;
    }
}
