package io.tinyclip.inherit;

import java.util.Arrays;

/**
 * What token rows become where a text tower's channels are not chosen but mixed: a row is multiplied with it from the left. Token
 * rows that are not in the vector are changed by it like those that are. The array is not to be changed.
 *
 * @param from channels of a row before
 * @param to channels after
 * @param values (from, to), row by row
 */
public record TableMap(int from, int to, float[] values) {
    public TableMap {
        if (from < 1 || to < 1 || values.length != (long) from * to) {
            throw new IllegalArgumentException(
                    "a map of [" + values.length + "] floats is not [" + from + "] x [" + to + "]");
        }
    }

    /**
     * A table as it becomes.
     *
     * @param table (rows, from), row by row
     * @return (rows, to)
     */
    public float[] apply(float[] table, int rows) {
        if (table.length != (long) rows * from) {
            throw new IllegalArgumentException(
                    "a table of [" + table.length + "] floats is not [" + rows + "] x [" + from + "]");
        }
        float[] out = new float[Math.multiplyExact(rows, to)];
        double[] sums = new double[to];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(sums, 0);
            for (int i = 0; i < from; i++) {
                double factor = table[row * from + i];
                for (int k = 0; k < to; k++) {
                    sums[k] += factor * values[i * to + k];
                }
            }
            for (int k = 0; k < to; k++) {
                out[row * to + k] = (float) sums[k];
            }
        }
        return out;
    }

    /** What channels of the teacher's were chosen, then this. */
    public TableMap after(WidthMap chosen) {
        if (chosen.channel().length != from) {
            throw new IllegalArgumentException(
                    "[" + chosen.channel().length + "] channels are chosen where [" + from + "] are mixed");
        }
        float[] whole = new float[Math.multiplyExact(chosen.teacherWidth(), to)];
        for (int i = 0; i < from; i++) {
            for (int k = 0; k < to; k++) {
                whole[chosen.channel()[i] * to + k] = chosen.factor()[i] * values[i * to + k];
            }
        }
        return new TableMap(chosen.teacherWidth(), to, whole);
    }

    /** Another one, then this. */
    public TableMap after(TableMap before) {
        if (before.to != from) {
            throw new IllegalArgumentException(
                    "a map to [" + before.to + "] channels comes before one of [" + from + "]");
        }
        return new TableMap(before.from, to, apply(before.values, before.from));
    }
}
