package io.tinyclip.engine;

import java.nio.FloatBuffer;

/**
 * A tensor of some scope's. What is computed is computed by a {@link Script}; here are only the ways in and out, and sums
 * of a few results.
 */
public interface Tensor extends Argument, AutoCloseable {
    /** The scope that closes it, unless it is closed before. */
    TensorScope scope();

    long[] shape();

    /** How many numbers it has. */
    long size();

    /** Places {@code from} to {@code from + size} of a dimension: its own memory, as a tensor of the scope's. */
    Tensor narrow(TensorScope scope, int dimension, long from, long size);

    /** All of it: its own memory, as a tensor of the scope's. */
    default Tensor in(TensorScope scope) {
        return narrow(scope, 0, 0, shape()[0]);
    }

    /** The product, as a new tensor beside this. */
    Tensor times(double factor);

    /** The sum, as a new tensor beside this. */
    Tensor plus(Tensor other);

    /** Copies fp32, from whichever device, into the first of {@code target}, whose position stays. */
    void read(FloatBuffer target);

    /** A copy of fp32, from whichever device. */
    default float[] floats() {
        float[] floats = new float[Math.toIntExact(size())];
        read(FloatBuffer.wrap(floats));
        return floats;
    }

    /** A copy of fp64, from whichever device. */
    double[] doubles();

    /** A copy of int64, from whichever device. */
    long[] longs();

    @Override
    void close();
}
