package io.tinyclip.reduce;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Stretches;
import io.tinyclip.rounding.Rounding;

/** Rounds vectors, which lie outside the heap. */
public final class VectorRounding {
    /** Floats rounded at a time, while they are in the processor's first cache. */
    private static final int PIECE = 4096;

    private VectorRounding() {}

    /** Writes the rounded floats of {@code from} to {@code to}, which may be the same vector. */
    public static void round(Rounding rounding, FloatVector from, FloatVector to) {
        Stretches.each(from.size(), (begin, end) -> {
            float[] piece = new float[Math.min(PIECE, end - begin)];
            for (int at = begin; at < end; at += PIECE) {
                int count = Math.min(PIECE, end - at);
                from.copy(at, piece, 0, count);
                rounding.apply(piece, 0, count);
                to.floats().put(at, piece, 0, count);
            }
        });
    }
}
