package io.tinyclip.files;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.Float16;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes safetensors files, tensor after tensor, through one small buffer. */
public final class SafetensorsWriter {
    private static final int BUFFER = 1 << 20;

    private SafetensorsWriter() {}

    /**
     * A tensor to be written: {@code count(shape)} floats of a buffer.
     *
     * @param shape row-major; empty for a scalar
     * @param data is read, not kept
     * @param offset of the tensor's first value in {@code data}
     */
    public record Tensor(String name, List<Integer> shape, FloatBuffer data, int offset) {
        public Tensor {
            shape = List.copyOf(shape);
            if (name.equals(SafetensorsHeader.METADATA) || offset + count(shape) > data.capacity()) {
                throw new IllegalArgumentException("tensor [" + name + "] of shape " + shape + " at [" + offset
                        + "] must have another name than the metadata, and lie in its [" + data.capacity()
                        + "] floats");
            }
        }

        /** The same of an array. */
        public Tensor(String name, List<Integer> shape, float[] data, int offset) {
            this(name, shape, FloatBuffer.wrap(data), offset);
        }

        private static long count(List<Integer> shape) {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }

        private long count() {
            return count(shape);
        }
    }

    /**
     * Writes tensors in their order; the file appears whole or not at all.
     *
     * @param metadata free texts, in the map's order
     * @throws InvalidInputException if a value is not finite, or not in the range of F16 where that is asked for
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void write(Path file, List<Tensor> tensors, StoredFloat stored, Map<String, String> metadata) {
        byte[] header = SafetensorsHeader.bytes(entries(tensors, stored.type()), metadata);
        AtomicFile.write(file, channel -> {
            AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
            for (Tensor tensor : tensors) {
                stream(channel, tensor, stored, buffer);
            }
        });
    }

    private static List<TensorEntry> entries(List<Tensor> tensors, DataType type) {
        List<TensorEntry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long next = 0;
        for (Tensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("tensor [" + tensor.name() + "] twice");
            }
            List<Long> shape = tensor.shape().stream().map(Integer::longValue).toList();
            long end = next + tensor.count() * type.bytes();
            entries.add(new TensorEntry(tensor.name(), type, shape, next, end));
            next = end;
        }
        return entries;
    }

    private static void stream(FileChannel channel, Tensor tensor, StoredFloat stored, ByteBuffer buffer)
            throws IOException {
        int end = Math.toIntExact(tensor.offset() + tensor.count());
        int step = BUFFER / stored.type().bytes();
        for (int from = tensor.offset(); from < end; from += step) {
            buffer.clear();
            for (int i = from; i < Math.min(from + step, end); i++) {
                put(tensor, i, stored, buffer);
            }
            AtomicFile.writeFully(channel, buffer.flip());
        }
    }

    private static void put(Tensor tensor, int index, StoredFloat stored, ByteBuffer buffer) {
        float value = tensor.data().get(index);
        short half = stored == StoredFloat.F16 ? Float16.fromFloat(value) : 0;
        if (!Float.isFinite(value) || !Float.isFinite(Float16.toFloat(half))) {
            throw new InvalidInputException("tensor [" + tensor.name() + "] cannot be written as " + stored
                    + ": value [" + value + "] at " + (index - tensor.offset()) + " must be finite and in its range");
        }
        if (stored == StoredFloat.F16) {
            buffer.putShort(half);
        } else {
            buffer.putFloat(value);
        }
    }
}
