package io.tinyclip.files;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file open for reading. The header is checked when it is opened; data is mapped into memory piece by
 * piece while it is copied out, so the file's size does not matter to the heap.
 */
public final class Safetensors implements AutoCloseable {
    /** Bytes mapped at a time: a mapping cannot be larger than 2 GiB, and is freed only with its buffer. */
    private static final int MAPPED = 1 << 26;

    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;

    private Safetensors(Path file, FileChannel channel, SafetensorsHeader header) {
        this.file = file;
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws InvalidInputException naming file, tensor, expected and found, if it cannot be read or breaks the format
     */
    public static Safetensors open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new Safetensors(file, channel, SafetensorsHeader.read(channel, file.toString()));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Names of the tensors in the order of their data. */
    public Set<String> names() {
        return header.tensors().keySet();
    }

    /** The free texts under {@code __metadata__}. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Row-major shape of a tensor; empty for a scalar. */
    public List<Long> shape(String name) {
        return entry(name).shape();
    }

    /**
     * A tensor's values, widened exactly to float.
     *
     * @throws InvalidInputException if it is not there, not F32, F16 or BF16, or larger than an array
     */
    public float[] floats(String name) {
        long count = entry(name).count();
        if (count > Integer.MAX_VALUE - Long.BYTES) {
            throw invalid(name, "expected fewer than 2^31 values, found " + count);
        }
        float[] values = new float[(int) count];
        read(name, FloatBuffer.wrap(values));
        return values;
    }

    /** Puts a tensor's values into the buffer, which advances; otherwise as {@link #floats}. */
    public void read(String name, FloatBuffer target) {
        TensorEntry entry = entry(name);
        if (!entry.type().readable()) {
            throw invalid(name, "expected F32, F16 or BF16, found " + entry.type());
        }
        try {
            for (long begin = entry.begin(); begin < entry.end(); begin += MAPPED) {
                long bytes = Math.min(MAPPED, entry.end() - begin);
                ByteBuffer piece = channel.map(MapMode.READ_ONLY, header.dataStart() + begin, bytes);
                decode(piece.order(ByteOrder.LITTLE_ENDIAN), entry.type(), target);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void decode(ByteBuffer bytes, DataType type, FloatBuffer target) {
        if (type == DataType.F32) {
            target.put(bytes.asFloatBuffer());
            return;
        }
        while (bytes.hasRemaining()) {
            short bits = bytes.getShort();
            target.put(type == DataType.F16 ? Float16.toFloat(bits) : Float.intBitsToFloat(bits << 16));
        }
    }

    private TensorEntry entry(String name) {
        TensorEntry entry = header.tensors().get(name);
        if (entry == null) {
            throw invalid(name, "is not in the file");
        }
        return entry;
    }

    private InvalidInputException invalid(String tensor, String what) {
        return new InvalidInputException("[" + file + " tensor " + tensor + "]: " + what);
    }

    private static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
    }
}
