package io.tinyclip.cluster.record;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.BadSample;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * bad-samples.jsonl: one line a sample that was left out, at the step that first came to it. A resume cuts it back as it does
 * metrics.jsonl. There is no file before there is such a sample.
 */
public final class BadSamplesFile implements AutoCloseable {
    private final Path file;
    private final Set<List<String>> known;
    private Optional<BufferedWriter> writer = Optional.empty();

    private BadSamplesFile(Path file, Set<List<String>> known) {
        this.file = file;
        this.known = known;
    }

    /**
     * Cuts the file back to what steps before {@code steps} came to.
     *
     * @param steps committed before the one that comes next
     * @throws InvalidInputException naming a line that is no sample, unless a crash tore it
     */
    public static BadSamplesFile openAt(Path file, long steps) throws IOException {
        Set<List<String>> known = new HashSet<>();
        if (Files.exists(file)) {
            // A crash may have torn a line within a character.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            StringBuilder kept = new StringBuilder();
            int from = 0;
            for (int end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
                Line line = line(text.substring(from, end), file);
                if (line.step < steps) {
                    kept.append(text, from, end + 1);
                    known.add(line.sample);
                }
            }
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(kept.toString());
            AtomicFile.write(file, channel -> AtomicFile.writeFully(channel, bytes));
        }
        return new BadSamplesFile(file, known);
    }

    /** @param sample tar and key */
    private record Line(long step, List<String> sample) {}

    private static Line line(String line, Path file) {
        try {
            JsonObject sample = JsonParser.parseString(line).getAsJsonObject();
            return new Line(
                    sample.get("step").getAsLong(),
                    List.of(sample.get("tar").getAsString(), sample.get("key").getAsString()));
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | NumberFormatException e) {
            throw new InvalidInputException(
                    "a line of [" + file + "] is no sample that was left out: [" + line + "]; delete it", e);
        }
    }

    /**
     * Appends those that are new, and hands them to the operating system.
     *
     * @param steps committed before the one that came to them
     */
    public void append(long steps, List<BadSample> samples) throws IOException {
        for (BadSample sample : samples) {
            if (known.add(List.of(sample.tar(), sample.key()))) {
                JsonObject json = new JsonObject();
                json.addProperty("step", steps);
                json.addProperty("tar", sample.tar());
                json.addProperty("key", sample.key());
                json.addProperty("reason", sample.reason());
                write(json + "\n");
            }
        }
    }

    private void write(String line) throws IOException {
        if (writer.isEmpty()) {
            writer = Optional.of(Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        }
        writer.get().write(line);
        writer.get().flush();
    }

    @Override
    public void close() throws IOException {
        if (writer.isPresent()) {
            writer.get().close();
        }
    }
}
