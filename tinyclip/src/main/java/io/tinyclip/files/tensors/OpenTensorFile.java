package io.tinyclip.files.tensors;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** A file of tensors that is open: what all formats do alike with it, and how they say what is amiss. */
public abstract class OpenTensorFile implements TensorFile {
    private final Path file;
    private final FileChannel channel;

    protected OpenTensorFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Makes a format's file of one that has just been opened. */
    @FunctionalInterface
    protected interface Opening<F> {
        F of(FileChannel channel) throws IOException;
    }

    /** Closes the file again if it is not of the format. */
    protected static <F> F open(Path file, Opening<F> opening) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return opening.of(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Puts the values of a tensor of floats at the target's position and advances it. */
    protected abstract void read(FileChannel from, String name, FloatBuffer target) throws IOException;

    @Override
    public final void read(String name, FloatBuffer target) {
        if (!isFloat(name)) {
            throw invalid(name, "expected F32, F16, BF16 or F64, found " + type(name));
        }
        try {
            read(channel, name, target);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    @Override
    public final String where() {
        return file.toString();
    }

    @Override
    public final void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The tensor of that name. */
    protected final <T> T named(String name, Map<String, T> tensors) {
        T tensor = tensors.get(name);
        if (tensor == null) {
            throw invalid(name, "is not in the file");
        }
        return tensor;
    }

    protected final InvalidInputException invalid(String tensor, String what) {
        return new InvalidInputException("[" + file + " tensor " + tensor + "]: " + what);
    }

    protected static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
    }
}
