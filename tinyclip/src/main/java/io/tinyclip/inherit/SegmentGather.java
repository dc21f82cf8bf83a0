package io.tinyclip.inherit;

import io.tinyclip.model.Segment;

/** One tensor, seen as a matrix, from its old one. The old index rises with the new one. */
record SegmentGather(Segment before, Segment after, Axis rows, Axis columns) {
    SegmentGather {
        if (after.count() != rows.size() * columns.size() || before.count() != rows.oldSize() * columns.oldSize()) {
            throw new IllegalArgumentException(
                    "[" + after.name() + "] cannot become " + after.shape() + " from " + before.shape());
        }
    }

    /** The old index of an element of the new vector. */
    int oldIndex(int newIndex) {
        int element = newIndex - after.offset();
        int row = rows.index()[element / columns.size()];
        return before.offset() + row * columns.oldSize() + columns.index()[element % columns.size()];
    }

    /** Fills those elements of [from, from + out.length) that lie in this tensor. */
    void fill(int from, float[] out, OldVector source) {
        int first = Math.max(from, after.offset());
        int end = Math.min(from + out.length, after.end());
        int width = columns.size();
        int[] columnIndex = columns.index();
        float[] columnFactor = columns.factor();
        for (int next = first; next < end; ) {
            int row = (next - after.offset()) / width;
            int rowStart = after.offset() + row * width;
            int oldStart = before.offset() + rows.index()[row] * columns.oldSize();
            float rowFactor = rows.factor()[row];
            int rowEnd = Math.min(end, rowStart + width);
            for (; next < rowEnd; next++) {
                int column = next - rowStart;
                out[next - from] = source.at(oldStart + columnIndex[column]) * (rowFactor * columnFactor[column]);
            }
        }
    }

    SegmentGather unscaled() {
        return new SegmentGather(before, after, rows.unscaled(), columns.unscaled());
    }
}
