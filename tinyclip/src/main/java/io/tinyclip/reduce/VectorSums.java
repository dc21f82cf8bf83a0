package io.tinyclip.reduce;

import io.tinyclip.model.FloatVector;
import io.tinyclip.rounding.Rounding;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * Vectors on the host, added in plain Java where the left one lies.
 *
 * @param rounding of each sum
 * @param unused takes each vector that is not asked for any more
 */
public record VectorSums(Rounding rounding, Consumer<FloatVector> unused) implements TreeSum.Arithmetic<FloatVector> {
    /** Floats added and then rounded, while they are in the processor's first cache. */
    private static final int CHUNK = 2048;

    @Override
    public FloatVector add(FloatVector left, FloatVector right) {
        int size = left.size();
        FloatBuffer target = left.floats();
        // A loop over arrays takes vector instructions, one over buffers does not.
        float[] a = new float[Math.min(CHUNK, size)];
        float[] b = new float[a.length];
        for (int from = 0; from < size; from += CHUNK) {
            int count = Math.min(CHUNK, size - from);
            left.copy(from, a, 0, count);
            right.copy(from, b, 0, count);
            add(a, b, count);
            rounding.apply(a, 0, count);
            target.put(from, a, 0, count);
        }
        unused.accept(right);
        return left;
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
