package io.tinyclip.inherit;

import io.tinyclip.mask.MaskGroup;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How a matrix's rows or columns come from the old matrix.
 *
 * @param oldSize rows or columns of the old matrix
 * @param index the old one of each new one, ascending
 * @param factor what each new one is multiplied by
 */
record Axis(int oldSize, int[] index, float[] factor) {
    /** All of {@code size}, as they are. */
    static Axis all(int size) {
        return cut(size, range(size));
    }

    /** Only the kept ones, as they are. */
    static Axis cut(int oldSize, int[] kept) {
        float[] ones = new float[kept.length];
        Arrays.fill(ones, 1);
        return new Axis(oldSize, kept, ones);
    }

    static int[] range(int size) {
        return IntStream.range(0, size).toArray();
    }

    int size() {
        return index.length;
    }

    /** Multiplied by the masks of their group. */
    Axis times(float[] masks, MaskGroup group) {
        float[] scaled = new float[factor.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = factor[i] * masks[group.from() + index[i]];
        }
        return new Axis(oldSize, index, scaled);
    }

    /** Each one replaced by {@code inner} neighbours: heads become the columns of all heads. */
    Axis expand(int inner) {
        int[] expanded = new int[index.length * inner];
        float[] scaled = new float[expanded.length];
        for (int i = 0; i < expanded.length; i++) {
            expanded[i] = index[i / inner] * inner + i % inner;
            scaled[i] = factor[i / inner];
        }
        return new Axis(oldSize * inner, expanded, scaled);
    }

    /** Repeated {@code times} one after another: q, k and v. */
    Axis repeat(int times) {
        int[] repeated = new int[index.length * times];
        float[] scaled = new float[repeated.length];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = i / index.length * oldSize + index[i % index.length];
            scaled[i] = factor[i % index.length];
        }
        return new Axis(oldSize * times, repeated, scaled);
    }

    Axis unscaled() {
        return cut(oldSize, index);
    }
}
