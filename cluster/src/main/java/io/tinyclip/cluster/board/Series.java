package io.tinyclip.cluster.board;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.tinyclip.files.JsonLine;
import io.tinyclip.report.JudgedPoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines of figures as columns, which are a third of their size and what charts want: every number of a line is a point of the
 * series of its name, {@code a.b} where it stands in an object. What was judged after a step has series of its own, which all
 * begin with {@code judged.}.
 */
final class Series {
    /** Where a line belongs; no figures. */
    private static final Set<String> PLACES = Set.of("stage", "phase", "step", "steps");

    private static final int MOST_SERIES = 96;
    private static final int DEEPEST = 3;

    private final Map<String, JsonArray> columns = new LinkedHashMap<>();
    private final Map<String, JsonArray> places = new LinkedHashMap<>();
    private final JsonArray judged = new JsonArray();
    private int rows;

    private Series() {}

    /**
     * @return places and series, each as long as there are lines, null where a line has no such number; and in which rows
     *     something was judged
     */
    static JsonObject of(List<String> lines) {
        Series series = new Series();
        lines.forEach(series::add);
        JsonObject json = new JsonObject();
        series.places.forEach(json::add);
        JsonObject columns = new JsonObject();
        series.columns.forEach(columns::add);
        json.add("series", columns);
        json.add(JudgedPoint.FIELD, series.judged);
        return json;
    }

    /** Whether a line says what was judged after a step, and is none of the step's own. */
    static boolean isJudged(JsonObject line) {
        return line.has(JudgedPoint.FIELD) && line.get(JudgedPoint.FIELD).isJsonObject();
    }

    private void add(String line) {
        JsonObject object = JsonLine.read(line).orElseGet(JsonObject::new);
        for (String place : PLACES) {
            if (object.has(place) && object.get(place).isJsonPrimitive()) {
                column(places, place).add(object.get(place));
            }
        }
        PLACES.forEach(object::remove);
        if (isJudged(object)) {
            judged.add(rows);
            numbers(JudgedPoint.FIELD + ".", object.remove(JudgedPoint.FIELD).getAsJsonObject(), 1);
            numbers(JudgedPoint.FIELD + ".", object, 1);
        } else {
            numbers("", object, 0);
        }
        rows++;
        columns.values().forEach(this::fill);
        places.values().forEach(this::fill);
    }

    private void numbers(String prefix, JsonObject object, int depth) {
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            String name = prefix + entry.getKey();
            JsonElement value = entry.getValue();
            if (value.isJsonObject() && depth < DEEPEST) {
                numbers(name + ".", value.getAsJsonObject(), depth + 1);
            } else if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
                if (columns.containsKey(name) || columns.size() < MOST_SERIES) {
                    column(columns, name).add(value);
                }
            }
        }
    }

    private JsonArray column(Map<String, JsonArray> among, String name) {
        JsonArray column = among.computeIfAbsent(name, it -> new JsonArray());
        while (column.size() < rows) {
            column.add(JsonNull.INSTANCE);
        }
        return column;
    }

    private void fill(JsonArray column) {
        if (column.size() < rows) {
            column.add(JsonNull.INSTANCE);
        }
    }
}
