package io.tinyclip.cluster.record;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.record.ModelFigures.Parameters;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.report.SpeedUp;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/** {@link RunRecord} as the text of run.json, and back. */
final class RunRecordJson {
    private RunRecordJson() {}

    static String write(RunRecord run) {
        JsonObject json = new JsonObject();
        json.addProperty("command", run.beginning().command());
        json.addProperty("name", run.beginning().name());
        json.addProperty("seed", run.beginning().seed());
        run.beginning().identity().ifPresent(identity -> {
            json.addProperty("nonce", identity.nonce());
            json.add("settings", JsonParser.parseString(identity.settings()));
        });
        numerics(run.numerics(), json);
        JsonObject inputs = new JsonObject();
        run.beginning().inputs().forEach(inputs::addProperty);
        json.add("inputs", inputs);
        json.addProperty("finished", run.course().finished());
        json.addProperty("seconds", run.course().seconds());
        json.addProperty("digest", run.course().digest());
        trail(run.course().trail(), json);
        run.course().failure().ifPresent(reason -> json.addProperty("failure", reason));
        run.figures().teacher().ifPresent(teacher -> json.add("teacher", model(teacher)));
        JsonArray stages = new JsonArray();
        run.figures().stages().forEach(stage -> stages.add(stage(stage)));
        json.add("stages", stages);
        JsonObject baseline = new JsonObject();
        baseline.add("metrics", numbers(run.figures().baseline()));
        json.add("baseline", baseline);
        json.addProperty("badSamples", run.figures().badSamples());
        RunEvaluationJson.write(run.figures().evaluation(), json);
        json.add("faults", SufferedFaultJson.write(run.figures().faults()));
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
    }

    /**
     * A folder's record; empty where it has none.
     *
     * @throws InvalidInputException if it can't be understood, or its file can't be read
     */
    static Optional<RunRecord> in(SharedFolder folder, String name) {
        try {
            return folder.text(name).map(text -> read(text, folder.shown(name)));
        } catch (IOException e) {
            RuntimeException what = folder.unreadable(name, e);
            throw what instanceof InvalidInputException
                    ? new InvalidInputException(
                            "cannot read [" + folder.shown(name) + "] (" + e.getMessage() + "); check its permissions",
                            e)
                    : what;
        }
    }

    static RunRecord read(String text, String where) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            Map<String, String> inputs = new TreeMap<>();
            json.getAsJsonObject("inputs")
                    .entrySet()
                    .forEach(e -> inputs.put(e.getKey(), e.getValue().getAsString()));
            List<StageFigures> stages = new ArrayList<>();
            json.getAsJsonArray("stages").forEach(stage -> stages.add(stage(stage.getAsJsonObject())));
            return new RunRecord(
                    new RunRecord.Beginning(
                            json.get("command").getAsString(),
                            json.get("name").getAsString(),
                            json.get("seed").getAsLong(),
                            inputs,
                            identity(json)),
                    numerics(json),
                    new RunRecord.Course(
                            json.get("finished").getAsBoolean(),
                            json.get("seconds").getAsDouble(),
                            json.get("digest").getAsString(),
                            trail(json),
                            Optional.ofNullable(json.get("failure")).map(JsonElement::getAsString)),
                    new RunFigures(
                            Optional.ofNullable(json.getAsJsonObject("teacher")).map(RunRecordJson::model),
                            stages,
                            numbers(json.getAsJsonObject("baseline").getAsJsonObject("metrics")),
                            SufferedFaultJson.read(json.getAsJsonArray("faults")),
                            json.has("badSamples") ? json.get("badSamples").getAsLong() : 0,
                            RunEvaluationJson.read(json)));
        } catch (JsonParseException
                | ClassCastException
                | IllegalArgumentException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException e) {
            throw new InvalidInputException(
                    "cannot understand [" + where + "]; it was not written by this version: use another run folder", e);
        }
    }

    private static Optional<RunRecord.Identity> identity(JsonObject json) {
        return json.has("nonce")
                ? Optional.of(new RunRecord.Identity(
                        json.get("nonce").getAsString(),
                        json.getAsJsonObject("settings").toString()))
                : Optional.empty();
    }

    private static void trail(RunRecord.Trail trail, JsonObject json) {
        trail.checkpoint().ifPresent(steps -> json.addProperty("checkpointSteps", steps));
        json.addProperty("term", trail.term());
    }

    private static RunRecord.Trail trail(JsonObject json) {
        return new RunRecord.Trail(
                json.has("checkpointSteps")
                        ? OptionalLong.of(json.get("checkpointSteps").getAsLong())
                        : OptionalLong.empty(),
                json.has("term") ? json.get("term").getAsLong() : 0);
    }

    private static void numerics(RunNumerics numerics, JsonObject json) {
        json.addProperty("numericClass", numerics.name());
        json.addProperty("numerics", numerics.mode().name().toLowerCase(Locale.ROOT));
        if (numerics.mode() == Numerics.RELAXED) {
            JsonArray classes = new JsonArray();
            numerics.classes().forEach(classes::add);
            json.add("numericClasses", classes);
        }
        numerics.precision().ifPresent(precision -> json.addProperty("precision", precision.word()));
        numerics.probe().ifPresent(probe -> json.add("probe", probe.toJson()));
    }

    /** Runs that are older than the probe have only the name; later ones may have the precision as a part of it. */
    private static RunNumerics numerics(JsonObject json) {
        List<String> classes = new ArrayList<>();
        if (json.has("numericClasses")) {
            json.getAsJsonArray("numericClasses").forEach(name -> classes.add(name.getAsString()));
        }
        JsonElement mode = json.get("numerics");
        Optional<NumericClass> probe =
                Optional.ofNullable(json.getAsJsonObject("probe")).map(NumericClass::fromJson);
        return new RunNumerics(
                json.get("numericClass").getAsString(),
                mode == null
                        ? Numerics.STRICT
                        : Numerics.valueOf(mode.getAsString().toUpperCase(Locale.ROOT)),
                probe,
                json.has("precision")
                        ? Optional.of(Precision.named(json.get("precision").getAsString())
                                .orElseThrow(() -> new JsonParseException("no such precision")))
                        : probe.flatMap(NumericClass::precision),
                classes);
    }

    static JsonObject parameters(Parameters params) {
        JsonObject json = new JsonObject();
        json.addProperty("image", params.image());
        json.addProperty("text", params.text());
        json.addProperty("tokenEmbedding", params.tokenEmbedding());
        return json;
    }

    private static Parameters parameters(JsonObject json) {
        return new Parameters(
                json.get("image").getAsLong(),
                json.get("text").getAsLong(),
                json.get("tokenEmbedding").getAsLong());
    }

    private static JsonObject model(ModelFigures model) {
        JsonObject json = new JsonObject();
        json.addProperty("keep", model.keep());
        json.add("params", parameters(model.params()));
        model.padded().ifPresent(padded -> json.add("padded", parameters(padded)));
        model.fileBytes().ifPresent(bytes -> json.addProperty("fileBytes", bytes));
        json.addProperty("macs", model.macs());
        json.add("metrics", numbers(model.metrics()));
        model.pairsPerSecond().ifPresent(speed -> json.addProperty("pairsPerSecond", speed));
        model.speedUp().ifPresent(speed -> json.add("speedUp", speedUp(speed)));
        return json;
    }

    private static ModelFigures model(JsonObject json) {
        JsonElement speed = json.get("pairsPerSecond");
        return new ModelFigures(
                json.get("keep").getAsDouble(),
                parameters(json.getAsJsonObject("params")),
                Optional.ofNullable(json.getAsJsonObject("padded")).map(RunRecordJson::parameters),
                json.has("fileBytes") ? OptionalLong.of(json.get("fileBytes").getAsLong()) : OptionalLong.empty(),
                json.get("macs").getAsLong(),
                numbers(json.getAsJsonObject("metrics")),
                speed == null ? OptionalDouble.empty() : OptionalDouble.of(speed.getAsDouble()),
                Optional.ofNullable(json.getAsJsonObject("speedUp")).map(RunRecordJson::speedUp));
    }

    private static JsonObject speedUp(SpeedUp speed) {
        JsonObject json = new JsonObject();
        json.addProperty("median", speed.median());
        json.addProperty("low", speed.low());
        json.addProperty("high", speed.high());
        return json;
    }

    private static SpeedUp speedUp(JsonObject json) {
        return new SpeedUp(
                json.get("median").getAsDouble(),
                json.get("low").getAsDouble(),
                json.get("high").getAsDouble());
    }

    private static JsonObject stage(StageFigures stage) {
        JsonObject json = model(stage.model());
        json.addProperty("steps", stage.steps());
        json.addProperty("seconds", stage.seconds());
        json.addProperty("digest", stage.digest());
        json.addProperty("sparsity", stage.sparsity());
        return json;
    }

    private static StageFigures stage(JsonObject json) {
        return new StageFigures(
                model(json),
                json.get("steps").getAsInt(),
                json.get("seconds").getAsDouble(),
                json.get("digest").getAsString(),
                json.get("sparsity").getAsDouble());
    }

    static JsonObject numbers(Map<String, Double> values) {
        JsonObject json = new JsonObject();
        new TreeMap<>(values).forEach(json::addProperty);
        return json;
    }

    static Map<String, Double> numbers(JsonObject json) {
        Map<String, Double> values = new TreeMap<>();
        json.entrySet()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().getAsDouble()));
        return values;
    }
}
