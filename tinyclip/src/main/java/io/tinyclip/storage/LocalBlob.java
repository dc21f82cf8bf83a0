package io.tinyclip.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file on a disk. Opened for each read: a channel that threads share would be closed for all when one that reads is
 * interrupted.
 */
public record LocalBlob(Path path) implements Blob {
    @Override
    public String location() {
        return path.toString();
    }

    @Override
    public String name() {
        return String.valueOf(path.getFileName());
    }

    @Override
    public long size() throws IOException {
        return Files.size(path);
    }

    /** The time of the last change. */
    @Override
    public String version() throws IOException {
        return Files.getLastModifiedTime(path).toInstant().toString();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            long at = offset;
            while (into.hasRemaining()) {
                int read = channel.read(into, at);
                if (read < 0) {
                    throw new EOFException("[" + path + "] ends at byte " + at);
                }
                at += read;
            }
        }
    }
}
