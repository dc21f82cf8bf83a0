package io.tinyclip.files;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.OpenTensorFile;
import io.tinyclip.files.tensors.StoredValues;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file open for reading. The header is checked when it is opened.
 */
public final class Safetensors extends OpenTensorFile {
    private final SafetensorsHeader header;

    private Safetensors(Path file, FileChannel channel, SafetensorsHeader header) {
        super(file, channel);
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws InvalidInputException naming file, tensor, expected and found, if it cannot be read or breaks the format
     */
    public static Safetensors open(Path file) {
        return open(file, channel -> new Safetensors(file, channel, SafetensorsHeader.read(channel, file.toString())));
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
    protected void read(FileChannel from, String name, FloatBuffer target) throws IOException {
        TensorEntry entry = entry(name);
        new StoredValues(from, entry.type(), ByteOrder.LITTLE_ENDIAN, header.dataStart() + entry.begin())
                .read(0, entry.count(), target);
    }

    private TensorEntry entry(String name) {
        return named(name, header.tensors());
    }
}
