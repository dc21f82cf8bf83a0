package io.tinyclip.files;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.StoredValues;
import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file open for reading. The header is checked when it is opened.
 */
public final class Safetensors implements TensorFile {
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
    @Override
    public Set<String> names() {
        return header.tensors().keySet();
    }

    /** The free texts under {@code __metadata__}. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public List<Long> shape(String name) {
        return entry(name).shape();
    }

    @Override
    public DataType type(String name) {
        return entry(name).type();
    }

    /**
     * A tensor's values as {@link #read(String, FloatBuffer)} gives them.
     *
     * @throws InvalidInputException if it is not there, no tensor of floats, or larger than an array
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

    @Override
    public void read(String name, FloatBuffer target) {
        TensorEntry entry = entry(name);
        if (!entry.type().isFloat()) {
            throw invalid(name, "expected F32, F16, BF16 or F64, found " + entry.type());
        }
        StoredValues values =
                new StoredValues(channel, entry.type(), ByteOrder.LITTLE_ENDIAN, header.dataStart() + entry.begin());
        try {
            values.read(0, entry.count(), target);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    @Override
    public String where() {
        return file.toString();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
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
