package io.tinyclip.files.torch;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.StoredValues;
import io.tinyclip.files.torch.Contents.Extent;
import io.tinyclip.files.torch.Value.Storage;
import io.tinyclip.files.torch.Value.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A tensor whose values lie in the file, checked.
 *
 * @param position in the file, of its storage
 */
record StoredTensor(Tensor view, long position, ByteOrder order) {
    /** An expanded tensor has more values than its storage; beyond these it is taken for a bomb. */
    private static final long MOST_EXPANDED = 1 << 24;

    /** The tensor, unless it does not lie in its storage or the storage not in its extent. */
    static Optional<StoredTensor> of(Tensor tensor, Extent extent, ByteOrder order) {
        try {
            return fits(tensor, extent)
                    ? Optional.of(new StoredTensor(tensor, extent.position(), order))
                    : Optional.empty();
        } catch (ArithmeticException beyond64Bits) {
            return Optional.empty();
        }
    }

    /** Why there is no such tensor. */
    static String complaint(Tensor tensor, Extent extent) {
        Storage storage = tensor.storage();
        return "shape " + Arrays.toString(tensor.shape()) + " with strides " + Arrays.toString(tensor.strides())
                + " from " + tensor.offset() + " on must lie in storage [" + storage.key() + "] of " + storage.count()
                + " " + storage.type() + ", and that in " + extent.bytes()
                + " bytes: the file is damaged or cut short, get it again";
    }

    private static boolean fits(Tensor tensor, Extent extent) {
        Storage storage = tensor.storage();
        long[] shape = tensor.shape();
        long[] strides = tensor.strides();
        boolean sane = shape.length == strides.length
                && tensor.offset() >= 0
                && storage.count() >= 0
                && Math.multiplyExact(storage.count(), storage.type().bytes()) <= extent.bytes()
                && Arrays.stream(shape).allMatch(size -> size >= 0)
                && Arrays.stream(strides).allMatch(stride -> stride >= 0);
        if (!sane) {
            return false;
        }
        long count = count(shape);
        if (count == 0) {
            return true;
        }
        long last = tensor.offset();
        for (int axis = 0; axis < shape.length; axis++) {
            last = Math.addExact(last, Math.multiplyExact(shape[axis] - 1, strides[axis]));
        }
        return last < storage.count() && count <= Math.max(storage.count(), MOST_EXPANDED);
    }

    /** With a size of zero among them the others may be anything. */
    private static long count(long[] shape) {
        return Arrays.stream(shape).anyMatch(size -> size == 0)
                ? 0
                : Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    List<Long> shape() {
        return Arrays.stream(view.shape()).boxed().toList();
    }

    DataType type() {
        return view.storage().type();
    }

    void read(FileChannel channel, FloatBuffer target) throws IOException {
        StoredValues values = new StoredValues(channel, type(), order, position);
        long count = count(view.shape());
        if (isContiguous()) {
            values.read(view.offset(), count, target);
        } else if (count > 0) {
            values.read(view.offset(), view.shape(), view.strides(), target);
        }
    }

    private boolean isContiguous() {
        long step = 1;
        for (int axis = view.shape().length - 1; axis >= 0; axis--) {
            long size = view.shape()[axis];
            if (size != 1 && view.strides()[axis] != step) {
                return false;
            }
            step *= size;
        }
        return true;
    }
}
