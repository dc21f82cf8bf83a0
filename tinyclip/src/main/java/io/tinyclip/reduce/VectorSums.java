package io.tinyclip.reduce;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Stretches;
import io.tinyclip.rounding.Rounding;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * Vectors on the host, added in plain Java where the left one lies, by all cores.
 *
 * @param rounding of each sum
 * @param unused takes each vector that is not asked for any more
 */
public record VectorSums(Rounding rounding, Consumer<FloatVector> unused) implements TreeSum.Arithmetic<FloatVector> {
    /** Floats added and then rounded, while they are in the processor's first cache. */
    private static final int CHUNK = 2048;

    @Override
    public FloatVector add(FloatVector left, FloatVector right) {
        Stretches.each(left.size(), (from, to) -> add(left, right, from, to));
        unused.accept(right);
        return left;
    }

    private void add(FloatVector left, FloatVector right, int begin, int end) {
        FloatBuffer target = left.floats();
        // A loop over arrays takes vector instructions, one over buffers does not.
        float[] a = new float[Math.min(CHUNK, end - begin)];
        float[] b = new float[a.length];
        for (int from = begin; from < end; from += CHUNK) {
            int count = Math.min(CHUNK, end - from);
            left.copy(from, a, 0, count);
            right.copy(from, b, 0, count);
            add(a, b, count);
            rounding.apply(a, 0, count);
            target.put(from, a, 0, count);
        }
    }

    @Override
    public void free(FloatVector gone) {
        unused.accept(gone);
    }

    private static void add(float[] sum, float[] right, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += right[i];
        }
    }
}
