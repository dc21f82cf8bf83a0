package io.tinyclip.cluster.record;

import com.google.gson.JsonObject;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.report.JudgedPoint;
import io.tinyclip.report.StepPoint;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A line of metrics.jsonl that says what came of judging the student after a step; it stands behind the step's own line:
 *
 * <pre>
 * {"stage": 0, "phase": "distill", "step": 99, "judged": {"imagenet.acc1": 0.31}, "notJudged": {}, "seconds": 4.1, "computing": 7.9}
 * </pre>
 */
final class JudgedLine {
    private static final String NOT_JUDGED = "notJudged";

    private JudgedLine() {}

    static JsonObject write(JudgedPoint point) {
        JsonObject json = new JsonObject();
        json.addProperty("stage", point.stage());
        json.addProperty("phase", point.phase());
        json.addProperty("step", point.step());
        JsonObject judged = new JsonObject();
        point.metrics().forEach((name, value) -> {
            if (Double.isFinite(value)) {
                judged.addProperty(name, value);
            }
        });
        json.add(JudgedPoint.FIELD, judged);
        JsonObject missing = new JsonObject();
        point.notJudged().forEach(missing::addProperty);
        json.add(NOT_JUDGED, missing);
        json.addProperty("seconds", point.seconds());
        json.addProperty("computing", point.computing());
        return json;
    }

    /** @param point what every line says. @return empty for a step's own line */
    static Optional<JudgedPoint> read(JsonObject json, StepPoint point, String where) {
        if (!json.has(JudgedPoint.FIELD)) {
            return Optional.empty();
        }
        try {
            Map<String, Double> metrics = new TreeMap<>();
            json.getAsJsonObject(JudgedPoint.FIELD)
                    .entrySet()
                    .forEach(entry ->
                            metrics.put(entry.getKey(), entry.getValue().getAsDouble()));
            Map<String, String> missing = new TreeMap<>();
            json.getAsJsonObject(NOT_JUDGED)
                    .entrySet()
                    .forEach(entry ->
                            missing.put(entry.getKey(), entry.getValue().getAsString()));
            return Optional.of(new JudgedPoint(
                    point.stage(),
                    point.phase(),
                    point.step(),
                    metrics,
                    json.get("seconds").getAsDouble(),
                    json.get("computing").getAsDouble(),
                    missing));
        } catch (ClassCastException
                | IllegalStateException
                | NullPointerException
                | NumberFormatException
                | UnsupportedOperationException e) {
            throw new InvalidInputException(where + ": judged is not as this program writes it", e);
        }
    }
}
