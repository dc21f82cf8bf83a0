package io.tinyclip.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * Floats between Java and libtorch without needless copies.
 *
 * <p>Arrays lie in libtorch's own memory, which starts on a cache line and is free again the moment their manager closes.
 * Direct buffers of Java would be freed only when the heap is next collected, and a heap that is mostly empty is not.
 */
public final class Buffers {
    private Buffers() {}

    /**
     * An array of the manager's, on its device.
     *
     * @param copies whether it is written on the host and copied then, which a GPU needs
     * @param write puts all its floats into the buffer, which is valid only until it returns
     */
    public static NDArray array(NDManager manager, boolean copies, Shape shape, Consumer<FloatBuffer> write) {
        if (!copies) {
            NDArray array = manager.create(shape, DataType.FLOAT32);
            write.accept(view(array));
            return array;
        }
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray written = array(host, false, shape, write);
            NDArray copy = written.toDevice(manager.getDevice(), true);
            // DJL gives it to a manager of the host's, which ends here.
            copy.attach(manager);
            return copy;
        }
    }

    /** An array of the manager's over the buffer's own memory, or on a GPU a copy of it. */
    public static NDArray alias(NDManager manager, ByteBuffer floats, Shape shape) {
        return manager.create(floats.duplicate().order(ByteOrder.nativeOrder()).clear(), shape, DataType.FLOAT32);
    }

    /** The floats of an array on the host, to be read or written where they lie for as long as the array is open. */
    public static FloatBuffer view(NDArray array) {
        return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** Copies an array's floats to the heap, from whichever device. */
    public static float[] floats(NDArray array) {
        float[] floats = new float[Math.toIntExact(array.size())];
        copy(array, FloatBuffer.wrap(floats));
        return floats;
    }

    /** Copies an array's floats, from whichever device, into the first of {@code target}. */
    public static void copy(NDArray array, FloatBuffer target) {
        NDArray here = array.toDevice(Device.cpu(), false);
        FloatBuffer from = view(here);
        target.put(0, from, 0, from.remaining());
        if (here != array) {
            here.close();
        }
    }
}
