package io.tinyclip.cluster.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** A small file system of its own under a run's folder, which can be filled to its last block. Linux, and root. */
final class Disk implements AutoCloseable {
    private static final String FILLER = "filler";
    private static final int CHUNK = 1 << 20;

    private final Path folder;
    private boolean closed;

    private Disk(Path folder) {
        this.folder = folder;
    }

    /** @param folder does not exist, or is empty */
    static Disk mount(Path folder, int megabytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make [" + folder + "]: " + e.getMessage(), e);
        }
        Tool.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
        return new Disk(folder);
    }

    /** Whether this machine and user can have one. */
    static boolean isThere() {
        try {
            Path probe = Files.createTempDirectory("tinyclip-disk");
            boolean mounted = Tool.works("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe.toString());
            if (mounted) {
                Tool.run("umount", probe.toString());
            }
            Files.delete(probe);
            return mounted;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot try a disk: " + e.getMessage(), e);
        }
    }

    /** From now on no further block fits; what a file has of its last one is still there. */
    void fill() {
        try (FileChannel channel =
                FileChannel.open(folder.resolve(FILLER), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int size = CHUNK; size > 0; size /= 2) {
                append(channel, size);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot fill [" + folder + "]: " + e.getMessage(), e);
        }
    }

    private static void append(FileChannel channel, int size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(size);
        try {
            while (true) {
                channel.write(zeros.rewind(), channel.size());
                if (zeros.hasRemaining()) {
                    return;
                }
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space")) {
                throw full;
            }
        }
    }

    void free() {
        try {
            Files.deleteIfExists(folder.resolve(FILLER));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot free [" + folder + "]: " + e.getMessage(), e);
        }
    }

    /** What lies there lies in an ordinary folder of the same name afterwards. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        free();
        Path kept = folder.resolveSibling(folder.getFileName() + ".kept");
        try {
            copy(folder, kept);
            Tool.run("umount", folder.toString());
            Files.delete(folder);
            Files.move(kept, folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep [" + folder + "]: " + e.getMessage(), e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
