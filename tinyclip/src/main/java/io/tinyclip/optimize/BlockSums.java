package io.tinyclip.optimize;

import io.tinyclip.model.Layout;

/** Sums over the vector that do not know how it is cut: block by block in order, then the blocks by a fixed tree. */
public final class BlockSums {
    private BlockSums() {}

    /**
     * Squared norms of the blocks of a shard.
     *
     * @param range a shard: starts on a block bound
     * @param values {@code range.length()} floats
     * @return one value a block, summed in order in double
     */
    public static double[] squaredNorms(Layout layout, Range range, float[] values) {
        int block = layout.blockSize();
        double[] sums = new double[(range.length() + block - 1) / block];
        for (int b = 0; b < sums.length; b++) {
            double sum = 0;
            int end = Math.min(range.length(), (b + 1) * block);
            for (int i = b * block; i < end; i++) {
                sum += (double) values[i] * values[i];
            }
            sums[b] = sum;
        }
        return sums;
    }

    /** Adds values by a binary tree over their index. */
    public static double total(double[] values) {
        return total(values, 0, values.length);
    }

    private static double total(double[] values, int from, int to) {
        if (to - from <= 1) {
            return from < to ? values[from] : 0;
        }
        int half = from + Integer.highestOneBit(to - from - 1);
        return total(values, from, half) + total(values, half, to);
    }
}
