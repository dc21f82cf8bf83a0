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
    private static final int AT_ONCE = 1 << 14;

    private HashedFloats() {}

    /**
     * Gives floats {@code [from, to)} to a hash, piece by piece, 4 bytes each.
     *
     * @param hash reads each buffer to its limit before it returns
     */
    public static void feed(FloatBuffer values, int from, int to, ByteOrder order, Consumer<ByteBuffer> hash) {
        float[] piece = new float[Math.min(AT_ONCE, Math.max(0, to - from))];
        int[] bits = new int[piece.length];
        ByteBuffer bytes = ByteBuffer.allocate(piece.length * Float.BYTES).order(order);
        for (int at = from; at < to; at += AT_ONCE) {
            int count = Math.min(AT_ONCE, to - at);
            values.get(at, piece, 0, count);
            for (int i = 0; i < count; i++) {
                bits[i] = Float.floatToIntBits(piece[i]);
            }
            bytes.clear();
            bytes.asIntBuffer().put(0, bits, 0, count);
            hash.accept(bytes.limit(count * Float.BYTES));
        }
    }
}
