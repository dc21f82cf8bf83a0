package io.tinyclip.cluster.record;

import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.JsonLine;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A file of JSON lines for people, which nothing depends on. Opening it leaves out lines that are not wanted any more and what a
 * crash tore, and makes it another file: what a leader that was followed still appends to the old one is lost with that. There is
 * no file before there is a line.
 */
final class LinesFile implements AutoCloseable {
    private final Path file;
    private Optional<BufferedWriter> writer = Optional.empty();
    private long bytes;

    private LinesFile(Path file, long bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** @param kept which lines stay */
    static LinesFile open(Path file, Predicate<JsonObject> kept) throws IOException {
        if (!Files.exists(file)) {
            return new LinesFile(file, 0);
        }
        // A crash may have torn a line within a character.
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        StringBuilder stay = new StringBuilder();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
            if (JsonLine.read(text.substring(from, end)).filter(kept).isPresent()) {
                stay.append(text, from, end + 1);
            }
        }
        AtomicFile.writeText(file, stay.toString());
        return new LinesFile(file, Files.size(file));
    }

    /** Hands a line to the operating system. */
    void append(JsonObject line) throws IOException {
        if (writer.isEmpty()) {
            writer = Optional.of(Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        }
        String text = line + "\n";
        writer.get().write(text);
        writer.get().flush();
        bytes += text.length();
    }

    /** So far, about. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        if (writer.isPresent()) {
            writer.get().close();
            writer = Optional.empty();
        }
    }
}
