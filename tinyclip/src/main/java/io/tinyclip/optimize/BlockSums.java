package io.tinyclip.optimize;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Group;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Stretches;

/** Sums over the vector that do not know how it is cut: block by block in order, then the blocks by a fixed tree. */
public final class BlockSums {
    /** Floats summed at a time, while they are in the processor's first cache. */
    private static final int PIECE = 4096;

    private BlockSums() {}

    /**
     * Squared norms of the blocks of a shard's gradient. Batch statistics have no part in it, but one that is not finite
     * makes its block's norm NaN. Nor has padding.
     *
     * @param range a shard: starts on a block bound
     * @param values {@code range.length()} floats
     * @return one value a block, summed in order in double
     */
    public static double[] squaredNorms(Layout layout, Range range, FloatVector values) {
        int block = layout.blockSize();
        double[] sums = new double[(range.length() + block - 1) / block];
        Stretches.each(range.length(), block, (from, to) -> {
            Range stretch = new Range(range.from() + from, range.from() + to);
            addSquares(layout, stretch, values, from, sums);
        });
        return sums;
    }

    /** Whole blocks. @param offset where in the values the stretch begins, which is where a block does */
    private static void addSquares(Layout layout, Range stretch, FloatVector values, int offset, double[] sums) {
        float[] piece = new float[Math.min(PIECE, stretch.length())];
        int block = layout.blockSize();
        int base = stretch.from() - offset;
        for (Segment segment : layout.segments()) {
            boolean counts = segment.group() != Group.STATISTICS;
            int to = Math.min(segment.end(), stretch.to()) - base;
            for (int from = Math.max(segment.offset(), stretch.from()) - base; from < to; ) {
                int b = from / block;
                int count = Math.min(Math.min(to, (b + 1) * block) - from, piece.length);
                values.copy(from, piece, 0, count);
                sums[b] = counts ? addSquares(sums[b], piece, count) : addNothing(sums[b], piece, count);
                from += count;
            }
        }
    }

    private static double addSquares(double start, float[] values, int count) {
        double sum = start;
        for (int i = 0; i < count; i++) {
            sum += (double) values[i] * values[i];
        }
        return sum;
    }

    /** The sum as it is, or NaN if a value is not finite. */
    private static double addNothing(double start, float[] values, int count) {
        double sum = start;
        for (int i = 0; i < count; i++) {
            sum += 0.0 * values[i];
        }
        return sum;
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
