package io.tinyclip.cluster.board;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.JsonLine;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the page shows of a run, as one JSON object that lies in the page itself: the answers that a {@link Board} would give, thinned
 * to what a screen can show, so that the page stays small however long the run was.
 */
final class StoredRun {
    /** Of a file of figures. */
    private static final int MOST_STEPS = 4_000;

    /** Steps, and what was judged after them. */
    private static final int MOST_LINES = 3 * MOST_STEPS;

    private static final int MOST_MASKS = 600;
    private static final int MOST_EVENTS = 2_000;
    private static final int AT_A_TIME = 2_000;

    /** More than a curve shows. */
    private static final MathContext DIGITS = new MathContext(6);

    private static final Set<String> TOLD_OF_SETTINGS = Set.of("stages", "pretrain");

    private final GrowingLines growing = new GrowingLines();
    private final Path folder;

    StoredRun(Path folder) {
        this.folder = folder;
    }

    /**
     * @param record run.json, which need not be in the folder yet
     * @param facts what ran
     */
    JsonObject json(String name, JsonObject record, JsonArray facts) throws IOException {
        JsonObject about = new JsonObject();
        about.addProperty("name", name);
        about.add("record", shown(record));
        about.add("facts", facts);
        JsonObject series = new JsonObject();
        for (String file : RunFiles.lines(folder)) {
            if (!RunFiles.NO_FIGURES.contains(file)) {
                series.add(file, series(folder.resolve(file)));
            }
        }
        JsonObject json = new JsonObject();
        json.add("about", about);
        json.add("series", series);
        JsonObject lines = new JsonObject();
        lines.add(RunFiles.MASKS, masks());
        lines.add(RunFiles.EVENTS, events());
        json.add("lines", lines);
        return json;
    }

    /** Without what only the run itself needs, and where things lie. */
    private static JsonObject shown(JsonObject record) {
        JsonObject shown = record.deepCopy();
        List.of("probe", "nonce", "inputs").forEach(shown::remove);
        if (shown.get("settings") instanceof JsonObject settings
                && settings.get("tinyclip") instanceof JsonObject keys) {
            List.copyOf(keys.keySet()).stream()
                    .filter(key -> !TOLD_OF_SETTINGS.contains(key))
                    .forEach(keys::remove);
        }
        return shown;
    }

    private JsonObject series(Path file) throws IOException {
        int steps = growing.slice(file, 0, 1, 1).steps();
        int every = Math.max(1, (steps + MOST_STEPS - 1) / MOST_STEPS);
        List<Integer> indices = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        GrowingLines.Slice slice = growing.slice(file, 0, every, AT_A_TIME);
        while (!slice.lines().isEmpty() && lines.size() < MOST_LINES) {
            indices.addAll(slice.indices());
            lines.addAll(slice.lines());
            slice = growing.slice(file, slice.next(), every, AT_A_TIME);
        }
        JsonObject json = Series.of(lines);
        for (Map.Entry<String, JsonElement> one : json.getAsJsonObject("series").entrySet()) {
            one.setValue(rounded(one.getValue().getAsJsonArray()));
        }
        JsonArray index = new JsonArray();
        indices.forEach(index::add);
        json.add("index", index);
        json.addProperty("every", every);
        json.addProperty("next", slice.total());
        json.addProperty("total", slice.total());
        json.addProperty("committed", slice.steps());
        return json;
    }

    private static JsonArray rounded(JsonArray column) {
        JsonArray rounded = new JsonArray(column.size());
        for (JsonElement value : column) {
            rounded.add(
                    value instanceof JsonPrimitive number
                            ? new JsonPrimitive(new BigDecimal(number.getAsString()).round(DIGITS))
                            : value);
        }
        return rounded;
    }

    /** Evenly, and the last one of all. */
    private JsonArray masks() throws IOException {
        List<String> told = last(RunFiles.MASKS, AT_A_TIME);
        int every = (told.size() + MOST_MASKS - 1) / MOST_MASKS;
        JsonArray json = new JsonArray();
        for (int i = 0; i < told.size(); i++) {
            if (i % every == 0 || i == told.size() - 1) {
                JsonLine.read(told.get(i)).ifPresent(json::add);
            }
        }
        return json;
    }

    private JsonArray events() throws IOException {
        JsonArray json = new JsonArray();
        last(RunFiles.EVENTS, MOST_EVENTS).forEach(line -> JsonLine.read(line).ifPresent(json::add));
        return json;
    }

    /** The last lines of a file; none of one that is not there. */
    private List<String> last(String name, int most) throws IOException {
        Path file = folder.resolve(name);
        int total = RunFiles.isFile(file) ? growing.slice(file, 0, 1, 1).total() : 0;
        List<String> lines = new ArrayList<>();
        GrowingLines.Slice slice;
        for (int from = Math.max(0, total - most); from < total; from = slice.next()) {
            slice = growing.slice(file, from, 1, AT_A_TIME);
            if (slice.lines().isEmpty()) {
                break;
            }
            lines.addAll(slice.lines());
        }
        return lines;
    }
}
