package io.tinyclip.cluster.record;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.record.MetricsLines.Line;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.JsonLine;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.Phase;
import io.tinyclip.report.JudgedPoint;
import io.tinyclip.report.StepPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The whole lines of metrics.jsonl. A crash can tear the last one, which then counts for nothing. Any other that is no step was
 * written by somebody else, and is refused: the file would be cut off before it, and all that follows lost.
 *
 * @param lines in the order of the file
 */
record MetricsLines(List<Line> lines) {
    private static final String REMEDY = "; delete that line, or the whole file, which only the report's curves need";

    /**
     * @param point the step that it is about
     * @param judged what it says where it is none of the step's own
     * @param end bytes of the file up to the line's end
     */
    record Line(StepPoint point, Optional<JudgedPoint> judged, int end) {}

    /** @throws InvalidInputException naming the first line that is no step */
    static MetricsLines of(Path file) throws IOException {
        return of(Files.exists(file) ? Files.readAllBytes(file) : new byte[0], file);
    }

    /** Those of a file's bytes, as {@link #of(Path)}. */
    static MetricsLines of(byte[] bytes, Path file) {
        List<Line> lines = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int end = end(bytes, from);
            Optional<JsonObject> json = JsonLine.read(new String(bytes, from, end - from, StandardCharsets.UTF_8));
            boolean torn = end == bytes.length && (json.isEmpty() || bytes[end - 1] != '\n');
            if (torn) {
                break;
            }
            lines.add(line(json, "line " + (lines.size() + 1) + " of " + file, end));
            from = end;
        }
        return new MetricsLines(lines);
    }

    List<StepPoint> points() {
        return lines.stream()
                .filter(line -> line.judged.isEmpty())
                .map(Line::point)
                .toList();
    }

    List<JudgedPoint> judged() {
        return lines.stream().flatMap(line -> line.judged.stream()).toList();
    }

    private static Line line(Optional<JsonObject> json, String where, int end) {
        StepPoint point = point(json, where);
        return new Line(point, json.flatMap(it -> JudgedLine.read(it, point, where + REMEDY)), end);
    }

    /** One past the line's end, which a torn line has at the file's. */
    private static int end(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, bytes.length);
    }

    private static StepPoint point(Optional<JsonObject> json, String where) {
        try {
            JsonFields fields = json.map(it -> new JsonFields(it, where))
                    .orElseThrow(() -> new JsonFields(new JsonObject(), where).invalid("is no JSON object"));
            return new StepPoint(
                    fields.count("stage", 0, Integer.MAX_VALUE),
                    phase(fields),
                    fields.count("step", 0, Integer.MAX_VALUE),
                    number(fields, "loss"),
                    number(fields, "kl"),
                    number(fields, "sparsity"),
                    number(fields, "sparsityTarget"),
                    number(fields, "seconds"));
        } catch (InvalidInputException e) {
            throw new InvalidInputException(e.getMessage() + REMEDY, e);
        }
    }

    private static String phase(JsonFields fields) {
        String word = fields.text("phase");
        if (Arrays.stream(Phase.values()).noneMatch(phase -> word(phase).equals(word))) {
            String known = Arrays.stream(Phase.values()).map(MetricsLines::word).collect(Collectors.joining(" or "));
            throw fields.invalid("phase [" + word + "] must be " + known);
        }
        return word;
    }

    static String word(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    /** What was not finite was left out. */
    private static double number(JsonFields fields, String name) {
        if (!fields.has(name)) {
            return Double.NaN;
        }
        JsonElement value = fields.object().get(name);
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
            throw fields.invalid(name + " [" + value + "] must be a number");
        }
        return value.getAsDouble();
    }
}
