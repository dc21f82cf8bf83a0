package io.tinyclip.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A format that strangers' files come in.
 *
 * @param seeds files that can be read
 * @param reader reads a file as the product does, to the last value
 */
record Target(String name, List<byte[]> seeds, Consumer<byte[]> reader) {
    /** A format that is read by its path. */
    static Target ofFile(Path file, List<byte[]> seeds, Consumer<Path> reader) {
        String name = file.getParent().getFileName() + "/" + file.getFileName();
        return new Target(name, seeds, bytes -> {
            write(file, bytes);
            reader.accept(file);
        });
    }

    static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
