package io.tinyclip.files;

import io.tinyclip.failpoint.Failpoint;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Writes a file that appears whole or not at all: a temporary file beside it, fsync, rename, fsync of the folder.
 * Whoever reads it sees the old content or the new one, also after a power cut.
 */
public final class AtomicFile {
    /** How the name of a file ends while it is written. */
    public static final String TEMPORARY = ".tmp";

    /** Writes the content to a fresh channel. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes a file, and the folders above it where they are missing.
     *
     * @throws UncheckedIOException naming the file and what to do; nothing is left of the attempt, and what was there
     *     before is untouched
     */
    public static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling(uniqueName(target));
        Path folder = Objects.requireNonNull(target.getParent(), "a file lies in a folder");
        try {
            createFolders(folder);
            try {
                String name = String.valueOf(target.getFileName());
                fill(temporary, content, name);
                Failpoint.FILE_RENAME.before(name);
                rename(temporary, target);
                Failpoint.FILE_RENAME.after(name);
            } finally {
                Files.deleteIfExists(temporary);
            }
            forceFolder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write [" + file + "]: " + reason(e)
                            + "; free space or make the folder writable, then start again: earlier files are whole",
                    e);
        }
    }

    /** The path, or, where it is missing, the nearest above it that is there. */
    public static Path nearest(Path path) {
        Path there = path;
        while (Files.notExists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    /**
     * Checks, before long work, that a file or folder can be made where it is to lie; makes nothing.
     *
     * @param name of the setting or option that names it
     * @throws InvalidInputException if not, naming the folder that forbids it
     */
    public static void requireWritable(Path file, String name) {
        Path above = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder");
        while (!Files.exists(above)) {
            above = Objects.requireNonNull(above.getParent(), "a root is there");
        }
        if (!Files.isDirectory(above) || !Files.isWritable(above)) {
            throw new InvalidInputException(name + " [" + file + "] cannot be made, since nothing can be written in ["
                    + above + "]; name another place, or make that a folder that can be written");
        }
    }

    /** Writes a text in UTF-8. */
    public static void writeText(Path file, String text) {
        write(file, channel -> writeFully(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    /**
     * Makes an empty file that nobody has made before, durably. Of all who try at the same time, one succeeds.
     *
     * @return whether it was this call that made it
     */
    public static boolean createNew(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        try {
            Files.createFile(target);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        forceFolder(Objects.requireNonNull(target.getParent(), "a file lies in a folder"));
        return true;
    }

    /** Writes all that remains in the buffer. */
    public static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Makes a folder, and those above it where they are missing, each durable in the one above it: files in a folder that
     * a power cut takes away are gone with it.
     */
    public static void createFolders(Path folder) throws IOException {
        Path target = folder.toAbsolutePath();
        if (Files.isDirectory(target)) {
            return;
        }
        Path above = Objects.requireNonNull(target.getParent(), "a root is there");
        createFolders(above);
        Files.createDirectories(target);
        forceFolder(above);
    }

    private static String uniqueName(Path target) {
        String writer = Long.toHexString(ProcessHandle.current().pid()) + "-" + Long.toHexString(System.nanoTime());
        return target.getFileName() + "." + writer + TEMPORARY;
    }

    private static void fill(Path temporary, Content content, String name) throws IOException {
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
            Failpoint.FILE_SYNC.before(name);
            channel.force(true);
            Failpoint.FILE_SYNC.after(name);
        }
    }

    private static void rename(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Makes the rename durable. Only POSIX systems can open a folder; elsewhere the rename is durable by itself. */
    private static void forceFolder(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
