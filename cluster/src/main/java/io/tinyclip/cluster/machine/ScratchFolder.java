package io.tinyclip.cluster.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

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
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove [" + path + "]; remove it by hand", e);
        }
    }
}
