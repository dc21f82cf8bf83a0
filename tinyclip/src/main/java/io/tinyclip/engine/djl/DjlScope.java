package io.tinyclip.engine.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.tinyclip.engine.Script;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/** A manager of DJL's. */
record DjlScope(PtNDManager manager) implements TensorScope {
    @Override
    public boolean isGpu() {
        return manager.getDevice().isGpu();
    }

    @Override
    public boolean isOpen() {
        return manager.isOpen();
    }

    @Override
    public TensorScope newScope() {
        return new DjlScope(manager.newSubManager(manager.getDevice()));
    }

    @Override
    public TensorScope newHostScope() {
        return new DjlScope(manager.newSubManager(Device.cpu()));
    }

    @Override
    public Tensor floats(float[] values, long... shape) {
        return tensor(manager.create(values, shape(values.length, shape)));
    }

    @Override
    public Tensor doubles(double[] values, long... shape) {
        return tensor(manager.create(values, shape(values.length, shape)));
    }

    @Override
    public Tensor longs(long[] values, long... shape) {
        return tensor(manager.create(values, shape(values.length, shape)));
    }

    @Override
    public Tensor scalar(float value) {
        return tensor(manager.create(value));
    }

    @Override
    public Tensor zeros(long... shape) {
        return tensor(manager.zeros(new Shape(shape), DataType.FLOAT32));
    }

    @Override
    public Tensor written(boolean copies, Consumer<FloatBuffer> write, long... shape) {
        if (!copies) {
            PtNDArray array = manager.create(new Shape(shape), DataType.FLOAT32);
            write.accept(DjlTensor.view(array));
            return tensor(array);
        }
        return copied(DataType.FLOAT32, array -> write.accept(DjlTensor.view(array)), shape);
    }

    @Override
    public Tensor bytes(ByteBuffer bytes, long... shape) {
        return tensor(manager.create(bytes, new Shape(shape), DataType.UINT8));
    }

    private Tensor copied(DataType type, Consumer<PtNDArray> write, long... shape) {
        try (PtNDManager host = manager.newSubManager(Device.cpu())) {
            PtNDArray array = host.create(new Shape(shape), type);
            write.accept(array);
            NDArray copy = array.toDevice(manager.getDevice(), true);
            // DJL gives it to a manager of the host's, which ends here.
            copy.attach(manager);
            return tensor(copy);
        }
    }

    @Override
    public Tensor over(ByteBuffer floats, long... shape) {
        ByteBuffer whole = floats.duplicate().order(ByteOrder.nativeOrder()).clear();
        return tensor(manager.create(whole, new Shape(shape), DataType.FLOAT32));
    }

    @Override
    public Script compile(byte[] archive) {
        try {
            return new DjlScript(JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    DjlTensor tensor(NDArray array) {
        return new DjlTensor(this, (PtNDArray) array);
    }

    private static Shape shape(int values, long... shape) {
        return shape.length == 0 ? new Shape(values) : new Shape(shape);
    }
}
