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
    private Buffers() {}

    /** A direct buffer of so many floats, in the machine's order. */
    static ByteBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES)).order(ByteOrder.nativeOrder());
    }

    /** An array of the manager's over the buffer's own memory. */
    static NDArray alias(NDManager manager, ByteBuffer floats, Shape shape) {
        return manager.create(floats.duplicate().order(ByteOrder.nativeOrder()).clear(), shape, DataType.FLOAT32);
    }

    /** Copies an array's floats to the heap. */
    static float[] floats(NDArray array) {
        FloatBuffer from = array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        float[] floats = new float[from.remaining()];
        from.get(floats);
        return floats;
    }
}
