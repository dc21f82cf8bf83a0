package io.tinyclip.cluster.judge;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.tinyclip.cluster.judge.Judgement.Question;
import io.tinyclip.model.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Judgements as a JSON list of objects with CLIP_benchmark's fields and a few of ours; what is not a number is null. */
final class JudgementJson {
    private static final String LANGUAGE = "en";

    private JudgementJson() {}

    static String write(List<Judgement> judgements) {
        JsonArray list = new JsonArray();
        for (Judgement judgement : judgements) {
            Question question = judgement.question();
            JsonObject object = new JsonObject();
            object.addProperty("dataset", question.dataset());
            object.addProperty("model", question.model());
            object.addProperty("pretrained", question.weights());
            object.addProperty("task", question.task());
            object.addProperty("language", LANGUAGE);
            object.addProperty("split", question.split());
            JsonObject metrics = new JsonObject();
            judgement.metrics().forEach((name, value) -> metrics.add(name, number(value)));
            object.add("metrics", metrics);
            object.addProperty("pictures", judgement.pictures());
            object.addProperty("badSamples", judgement.badSamples());
            object.addProperty("key", question.key());
            list.add(object);
        }
        return new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(list);
    }

    /** @param where names the text in messages */
    static List<Judgement> read(String text, String where) {
        List<Judgement> judgements = new ArrayList<>();
        try {
            for (JsonElement element : JsonParser.parseString(text).getAsJsonArray()) {
                JsonObject object = element.getAsJsonObject();
                Question question = new Question(
                        object.get("dataset").getAsString(),
                        object.get("model").getAsString(),
                        object.get("pretrained").getAsString(),
                        object.get("task").getAsString(),
                        object.get("split").getAsString(),
                        object.get("key").getAsString());
                Map<String, Double> metrics = new LinkedHashMap<>();
                object.getAsJsonObject("metrics")
                        .asMap()
                        .forEach((name, value) ->
                                metrics.put(name, value.isJsonNull() ? Double.NaN : value.getAsDouble()));
                judgements.add(new Judgement(
                        question,
                        metrics,
                        object.get("pictures").getAsLong(),
                        object.get("badSamples").getAsLong()));
            }
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | UnsupportedOperationException
                | NumberFormatException e) {
            throw new InvalidInputException(
                    where + " is there, and is no list of figures as this command writes them; name another file", e);
        }
        return judgements;
    }

    private static JsonElement number(double value) {
        return Double.isNaN(value) ? JsonNull.INSTANCE : new JsonPrimitive(value);
    }
}
