package io.tinyclip.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Floats between Java and libtorch without needless copies. */
final class Buffers {
    private static final int CACHE_LINE = 64;

    private Buffers() {}

    /** A direct buffer of so many floats, in the machine's order, that starts where a cache line does. */
    static ByteBuffer direct(int floats) {
        int bytes = Math.multiplyExact(floats, Float.BYTES);
        // Math libraries promise the same bits for the same alignment only.
        // An aligned slice loses up to a line at either end.
        return ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * CACHE_LINE))
                .alignedSlice(CACHE_LINE)
                .slice(0, bytes)
                .order(ByteOrder.nativeOrder());
    }

    /** An array of the manager's over the buffer's own memory. */
    static NDArray alias(NDManager manager, ByteBuffer floats, Shape shape) {
        return manager.create(floats.duplicate().order(ByteOrder.nativeOrder()).clear(), shape, DataType.FLOAT32);
    }

    /** Copies an array's floats to the heap. */
    static float[] floats(NDArray array) {
        FloatBuffer from =
                array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        float[] floats = new float[from.remaining()];
        from.get(floats);
        return floats;
    }
}
