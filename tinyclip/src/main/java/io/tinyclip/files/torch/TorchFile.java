package io.tinyclip.files.torch;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.OpenTensorFile;
import io.tinyclip.files.tensors.StoredValues;
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
public final class TorchFile extends OpenTensorFile {
    private static final int HEAD = 32;

    private final Outline outline;

    private TorchFile(Path file, FileChannel channel) throws IOException {
        super(file, channel);
        this.outline = new Outline(contents(file, channel), file.toString());
    }

    /**
     * Opens a file and checks all but the values of its tensors.
     *
     * @throws InvalidInputException naming file, tensor or class, expected and found, if it cannot be read, is no PyTorch
     *     file, is damaged or holds more than tensors and plain containers
     */
    public static TorchFile open(Path file) {
        return open(file, channel -> new TorchFile(file, channel));
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
    protected void read(FileChannel from, String name, FloatBuffer target) throws IOException {
        tensor(name).read(from, target);
    }

    private static Contents contents(Path file, FileChannel channel) throws IOException {
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
        return named(name, outline.tensors());
    }
}
