package io.tinyclip.engine.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.engine.PtNDArray;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** An array of DJL's, which its scope's manager holds. */
record DjlTensor(DjlScope scope, PtNDArray array) implements Tensor {
    static PtNDArray of(Tensor tensor) {
        return ((DjlTensor) tensor).array;
    }

    @Override
    public long[] shape() {
        return array.getShape().getShape();
    }

    @Override
    public long size() {
        return array.size();
    }

    @Override
    public Tensor narrow(TensorScope target, int dimension, long from, long size) {
        NDIndex index = new NDIndex();
        for (int before = 0; before < dimension; before++) {
            index.addAllDim();
        }
        index.addSliceDim(from, from + size);
        DjlScope holder = (DjlScope) target;
        return holder.tensor(array.get(holder.manager(), index));
    }

    @Override
    public Tensor times(double factor) {
        return scope.tensor(array.mul(factor));
    }

    @Override
    public Tensor plus(Tensor other) {
        return scope.tensor(array.add(of(other)));
    }

    @Override
    public void read(FloatBuffer target) {
        NDArray here = array.toDevice(Device.cpu(), false);
        FloatBuffer from = view(here);
        target.put(0, from, 0, from.remaining());
        if (here != array) {
            here.close();
        }
    }

    @Override
    public double[] doubles() {
        return array.toDoubleArray();
    }

    @Override
    public long[] longs() {
        return array.toLongArray();
    }

    @Override
    public void close() {
        array.close();
    }

    /** The floats of an array on the host, to be read or written where they lie for as long as the array is open. */
    static FloatBuffer view(NDArray array) {
        return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
