package io.tinyclip.lowrank;

import java.util.stream.IntStream;

/**
 * A tall table, read row by row.
 *
 * @param count R, rows
 * @param columns n of each
 * @param reader may be asked by several threads
 */
public record Rows(int count, int columns, Reader reader) {
    /** Rows of a Gram matrix that are summed in one pass over the table. */
    private static final int STRIPE = 64;

    /** Copies a row into an array of n. */
    @FunctionalInterface
    public interface Reader {
        void read(int row, double[] target);
    }

    /** Rows that lie one after another. */
    public static Rows of(float[] table, int columns) {
        return new Rows(table.length / columns, columns, (row, target) -> {
            for (int i = 0; i < columns; i++) {
                target[i] = table[row * columns + i];
            }
        });
    }

    /**
     * The products of all pairs of columns, (n, n), each added up from the first row to the last. R n^2 / 2 operations, on several
     * threads: each entry is one thread's.
     */
    double[][] gram() {
        double[][] gram = new double[columns][columns];
        int stripes = (columns + STRIPE - 1) / STRIPE;
        IntStream.range(0, stripes)
                .parallel()
                .forEach(stripe -> addStripe(gram, stripe * STRIPE, Math.min(columns, (stripe + 1) * STRIPE)));
        Matrix.mirror(gram);
        return gram;
    }

    private void addStripe(double[][] gram, int from, int to) {
        double[] row = new double[columns];
        for (int r = 0; r < count; r++) {
            reader.read(r, row);
            for (int i = from; i < to; i++) {
                double factor = row[i];
                double[] sums = gram[i];
                for (int j = i; j < row.length; j++) {
                    sums[j] += factor * row[j];
                }
            }
        }
    }
}
