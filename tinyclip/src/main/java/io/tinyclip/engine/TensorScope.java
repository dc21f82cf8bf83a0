package io.tinyclip.engine;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * Tensors on one device that live until their scope is closed, in libtorch's own memory. That starts on a cache line and is
 * free again at once; direct buffers of Java would be freed only when the heap is next collected, and a heap that is mostly
 * empty is not. Safe to use by several threads.
 */
public interface TensorScope extends AutoCloseable {
    boolean isGpu();

    boolean isOpen();

    /** A scope within this one, on its device. */
    TensorScope newScope();

    /** A scope within this one, on the processor. */
    TensorScope newHostScope();

    /** A copy of the values; of no shape, one dimension. */
    Tensor floats(float[] values, long... shape);

    /** A copy of the values, in fp64; of no shape, one dimension. */
    Tensor doubles(double[] values, long... shape);

    /** A copy of the values, as int64; of no shape, one dimension. */
    Tensor longs(long[] values, long... shape);

    /** 0-d. */
    Tensor scalar(float value);

    /** fp32. */
    Tensor zeros(long... shape);

    /**
     * fp32, without needless copies.
     *
     * @param copies whether it is written on the host and copied to the device then, which a GPU needs
     * @param write puts all its floats into the buffer, which is valid only until it returns
     */
    Tensor written(boolean copies, Consumer<FloatBuffer> write, long... shape);

    /**
     * uint8 over the buffer's own memory, which must stay as it is until the tensor is closed; or on a GPU a copy of it, made when
     * this returns.
     */
    Tensor bytes(ByteBuffer bytes, long... shape);

    /** The same of fp32. */
    Tensor over(ByteBuffer floats, long... shape);

    /** Compiles an archive, see {@link ScriptArchive}; the script lives as long as the scope. */
    Script compile(byte[] archive);

    @Override
    void close();
}
