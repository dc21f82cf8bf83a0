package io.tinyclip.cluster.chaos;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.chaos.plan.Aftermath;
import io.tinyclip.cluster.chaos.plan.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/** results.jsonl: one line a trial. */
final class ResultsFile {
    private static final double MILLIS = 1000;

    private final Path file;
    private final Setup setup;

    ResultsFile(Path file, Setup setup) {
        this.file = file;
        this.setup = setup;
    }

    /** Whether a line says that the seed was passed with as many faults, of the same families, with the same supervision. */
    boolean hasPassed(long seed) {
        return lines().stream()
                .anyMatch(json -> json.get("seed").getAsLong() == seed
                        && json.get("passed").getAsBoolean()
                        && json.get("trial").getAsString().equals(trial()));
    }

    void add(Trial.Result result) {
        JsonObject json = new JsonObject();
        json.addProperty("seed", result.seed());
        json.addProperty("trial", trial());
        json.addProperty("passed", result.verdict().passed());
        json.addProperty("digest", result.digest());
        json.addProperty("steps", result.steps());
        json.addProperty("seconds", result.seconds());
        json.add("offences", new Gson().toJsonTree(result.verdict().offences()));
        json.add("surprises", new Gson().toJsonTree(result.surprises()));
        JsonArray faults = new JsonArray();
        result.faults().forEach(fault -> faults.add(json(fault)));
        json.add("faults", faults);
        try {
            Files.createDirectories(setup.out());
            Files.writeString(file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write [" + file + "]: " + e.getMessage(), e);
        }
    }

    private static JsonObject json(Aftermath fault) {
        JsonObject json = new JsonObject();
        json.addProperty("fault", fault.happened().fault().words());
        json.addProperty("target", fault.happened().target());
        json.addProperty("step", fault.happened().step());
        json.addProperty("seconds", fault.happened().millis() / MILLIS);
        json.addProperty("pauseSeconds", fault.pauseMillis() / MILLIS);
        json.addProperty("redone", fault.redone());
        return json;
    }

    private String trial() {
        return setup.conf().getFileName() + " " + setup.settings() + " " + setup.machines() + ", " + setup.faults()
                + " faults of "
                + setup.families().stream().map(Family::word).sorted().collect(Collectors.joining(","))
                + (setup.supervised() ? "" : ", unsupervised");
    }

    private List<JsonObject> lines() {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .map(line -> JsonParser.parseString(line).getAsJsonObject())
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + file + "]: " + e.getMessage(), e);
        }
    }
}
