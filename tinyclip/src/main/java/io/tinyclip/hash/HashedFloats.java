package io.tinyclip.hash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * Floats as they are hashed wherever two machines, or two runs, compare hashes: their bits, but for NaN, which is always the
 * one that {@link Float#NaN} is. Its other bits are not the result of a computation: sign and payload depend on which of two
 * NaNs an addition takes, and that differs between the interpreter and each of the compilers of one JVM.
 */
public final class HashedFloats {
    /** Floats at a time, while they are in the processor's first cache. */
    private static final int AT_ONCE = 1 << 12;

    private static final int INFINITY = 0x7f800000;
    private static final int MAGNITUDE = 0x7fffffff;

    private HashedFloats() {}

    /**
     * Gives floats {@code [from, to)} to a hash, piece by piece, 4 bytes each.
     *
     * @param hash reads each buffer to its limit before it returns
     */
    public static void feed(FloatBuffer values, int from, int to, ByteOrder order, Consumer<ByteBuffer> hash) {
        float[] piece = new float[Math.min(AT_ONCE, Math.max(0, to - from))];
        ByteBuffer bytes = ByteBuffer.allocate(piece.length * Float.BYTES).order(order);
        for (int at = from; at < to; at += AT_ONCE) {
            int count = Math.min(AT_ONCE, to - at);
            values.get(at, piece, 0, count);
            if (hasNaN(piece, count)) {
                makeCanonical(piece, count);
            }
            bytes.clear();
            bytes.asFloatBuffer().put(0, piece, 0, count);
            hash.accept(bytes.limit(count * Float.BYTES));
        }
    }

    /** Without a branch a float, as NaN is rare. */
    private static boolean hasNaN(float[] values, int count) {
        int some = 0;
        for (int i = 0; i < count; i++) {
            some |= INFINITY - (Float.floatToRawIntBits(values[i]) & MAGNITUDE);
        }
        return some < 0;
    }

    private static void makeCanonical(float[] values, int count) {
        for (int i = 0; i < count; i++) {
            if (Float.isNaN(values[i])) {
                values[i] = Float.NaN;
            }
        }
    }
}
