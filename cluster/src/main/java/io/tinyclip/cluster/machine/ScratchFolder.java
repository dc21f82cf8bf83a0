package io.tinyclip.cluster.machine;

import io.tinyclip.files.Removal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder for what a measured run writes; gone with all that is in it once it is closed.
 *
 * @param path of it, in java.io.tmpdir
 */
public record ScratchFolder(Path path) implements AutoCloseable {
    /**
     * @param name that it begins with
     * @throws UncheckedIOException if it cannot be made
     */
    public static ScratchFolder make(String name) {
        try {
            return new ScratchFolder(Files.createTempDirectory(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for checkpoints; see java.io.tmpdir", e);
        }
    }

    @Override
    public void close() {
        try {
            Removal.of(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove [" + path + "]; remove it by hand", e);
        }
    }
}
