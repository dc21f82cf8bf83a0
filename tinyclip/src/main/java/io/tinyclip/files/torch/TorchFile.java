package io.tinyclip.files.torch;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.StoredValues;
import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A PyTorch file open for reading: of {@code torch.save}, zip or older, or of {@code torch.jit.save}. A tensor's name is
 * the way to it, keys joined by dots: {@code state_dict.visual.conv1.weight}; items of lists have their index for a key.
 * The tensors of a TorchScript archive have the names that state_dict() gives them.
 *
 * <p>Nothing in such a file is executed. Tensors that are sparse or quantised, and whatever names a class beyond tensors
 * and plain containers, are refused when it is opened.
 */
public final class TorchFile implements TensorFile {
    private static final int HEAD = 32;

    private final Path file;
    private final FileChannel channel;
    private final Outline outline;

    private TorchFile(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.outline = new Outline(contents(), file.toString());
    }

    /**
     * Opens a file and checks all but the values of its tensors.
     *
     * @throws InvalidInputException naming file, tensor or class, expected and found, if it cannot be read, is no PyTorch
     *     file, is damaged or holds more than tensors and plain containers
     */
    public static TorchFile open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new TorchFile(file, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Whether a file begins as PyTorch's do, by a zip's or the older stream's magic number; other zips begin so too.
     *
     * @throws InvalidInputException if it cannot be read
     */
    public static boolean looksLike(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = head(channel);
            return ZipDirectory.begins(head) || LegacyStream.begins(head);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(outline.tensors().keySet());
    }

    /** Keys are joined as for tensors. */
    @Override
    public Map<String, Object> scalars() {
        return Collections.unmodifiableMap(outline.plain());
    }

    @Override
    public List<Long> shape(String name) {
        return tensor(name).shape();
    }

    @Override
    public DataType type(String name) {
        return tensor(name).type();
    }

    @Override
    public void read(String name, FloatBuffer target) {
        StoredTensor tensor = tensor(name);
        if (!tensor.type().isFloat()) {
            throw invalid(name, "expected F32, F16, BF16 or F64, found " + tensor.type());
        }
        try {
            tensor.read(channel, target);
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

    private Contents contents() throws IOException {
        ByteBuffer head = head(channel);
        if (ZipDirectory.begins(head)) {
            return Archive.read(channel, file.toString());
        }
        if (LegacyStream.begins(head)) {
            return LegacyStream.read(channel, file.toString());
        }
        throw new InvalidInputException("[" + file + "] is no PyTorch file: expected the magic number of a zip or of"
                + " torch.save at its beginning; check the path");
    }

    private static ByteBuffer head(FileChannel channel) throws IOException {
        return StoredValues.bytes(channel, 0, (int) Math.min(HEAD, channel.size()));
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = outline.tensors().get(name);
        if (tensor == null) {
            throw invalid(name, "is not in the file");
        }
        return tensor;
    }

    private InvalidInputException invalid(String tensor, String what) {
        return new InvalidInputException("[" + file + " tensor " + tensor + "]: " + what);
    }

    private static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
    }
}
