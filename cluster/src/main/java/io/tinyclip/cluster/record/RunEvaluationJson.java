package io.tinyclip.cluster.record;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.record.RunEvaluation.Best;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@link RunEvaluation} in run.json, which has none of a run that judges nothing. */
final class RunEvaluationJson {
    private static final String NAME = "evaluation";

    private RunEvaluationJson() {}

    static void write(RunEvaluation evaluation, JsonObject run) {
        if (evaluation.sets().isEmpty()) {
            return;
        }
        JsonObject json = new JsonObject();
        json.add("sets", texts(evaluation.sets()));
        JsonObject teacher = new JsonObject();
        teacher.add("metrics", RunRecordJson.numbers(evaluation.teacher()));
        json.add("teacher", teacher);
        JsonArray best = new JsonArray();
        evaluation.best().forEach(student -> {
            JsonObject one = new JsonObject();
            one.addProperty("stage", student.stage());
            one.addProperty("step", student.step());
            one.addProperty("figure", student.figure());
            one.addProperty("value", student.value());
            one.addProperty("model", student.model());
            best.add(one);
        });
        json.add("best", best);
        json.addProperty("judgements", evaluation.judgements());
        json.addProperty("seconds", evaluation.seconds());
        json.add("notJudged", texts(evaluation.notJudged()));
        run.add(NAME, json);
    }

    static RunEvaluation read(JsonObject run) {
        Optional<JsonObject> found = Optional.ofNullable(run.getAsJsonObject(NAME));
        if (found.isEmpty()) {
            return RunEvaluation.NONE;
        }
        JsonObject json = found.get();
        List<Best> best = new ArrayList<>();
        for (JsonElement element : json.getAsJsonArray("best")) {
            JsonObject one = element.getAsJsonObject();
            best.add(new Best(
                    one.get("stage").getAsInt(),
                    one.get("step").getAsInt(),
                    one.get("figure").getAsString(),
                    one.get("value").getAsDouble(),
                    one.get("model").getAsString()));
        }
        return new RunEvaluation(
                texts(json.getAsJsonObject("sets")),
                RunRecordJson.numbers(json.getAsJsonObject("teacher").getAsJsonObject("metrics")),
                best,
                json.get("judgements").getAsInt(),
                json.get("seconds").getAsDouble(),
                texts(json.getAsJsonObject("notJudged")));
    }

    private static JsonObject texts(Map<String, String> values) {
        JsonObject json = new JsonObject();
        values.forEach(json::addProperty);
        return json;
    }

    private static Map<String, String> texts(JsonObject json) {
        Map<String, String> values = new TreeMap<>();
        json.entrySet()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().getAsString()));
        return values;
    }
}
