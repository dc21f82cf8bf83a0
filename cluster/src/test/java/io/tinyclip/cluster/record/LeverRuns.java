package io.tinyclip.cluster.record;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The runs of {@code scripts/claims --levers}: students that were chosen by one icon family, which their runs evaluate on, and are
 * judged once by another. An experiment may have fewer seeds than others; what is compared are those that both have.
 */
final class LeverRuns {
    private final Map<String, SortedMap<Integer, Run>> runs = new TreeMap<>();
    private final Map<String, Double> teacher;

    /**
     * One run.
     *
     * @param judged its last student's metrics, shares, on the family that judges
     */
    record Run(RunRecord record, Map<String, Double> judged) {
        ModelFigures student() {
            List<StageFigures> stages = record.figures().stages();
            return stages.get(stages.size() - 1).model();
        }
    }

    /** @param teacher its metrics, shares, on the family that judges */
    LeverRuns(Map<String, Double> teacher) {
        this.teacher = Map.copyOf(teacher);
    }

    /** @throws InvalidInputException if a run is not finished or was not judged */
    static LeverRuns read(Path folder) throws IOException {
        LeverRuns found = new LeverRuns(judged(folder.resolve("teacher.json")));
        for (ClaimRuns.Place place : ClaimRuns.places(folder)) {
            Run run = new Run(place.record(), judged(place.folder().resolve("judged.json")));
            found.add(place.experiment(), place.seed(), run);
        }
        return found;
    }

    void add(String experiment, int seed, Run run) {
        if (!run.record.course().finished()) {
            throw new InvalidInputException("the run of [" + experiment + "] with seed [" + seed
                    + "] is not finished; scripts/claims goes on with it");
        }
        runs.computeIfAbsent(experiment, name -> new TreeMap<>()).put(seed, run);
    }

    private static Map<String, Double> judged(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new InvalidInputException(
                    "there is no [" + file + "]; scripts/claims --levers judges what is not yet judged");
        }
        JsonObject metrics =
                JsonParser.parseString(Files.readString(file)).getAsJsonObject().getAsJsonObject("metrics");
        Map<String, Double> shares = new TreeMap<>();
        for (Map.Entry<String, JsonElement> each : metrics.entrySet()) {
            shares.put(each.getKey(), each.getValue().getAsDouble());
        }
        return shares;
    }

    Map<String, Double> teacherJudged() {
        return teacher;
    }

    /** As the runs evaluated it; the same in all of them. */
    ModelFigures teacher() {
        return all().iterator().next().record.figures().teacher().orElseThrow();
    }

    boolean has(String experiment) {
        return runs.containsKey(experiment);
    }

    Collection<Run> all() {
        List<Run> all = new ArrayList<>();
        runs.values().forEach(seeds -> all.addAll(seeds.values()));
        return all;
    }

    /** Every seed that some experiment has. */
    List<Integer> seeds() {
        return runs.values().stream()
                .flatMap(seeds -> seeds.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** A figure under each of an experiment's seeds. */
    Sample of(String experiment, ToDoubleFunction<Run> figure) {
        return new Sample(
                runs.get(experiment).values().stream().mapToDouble(figure).toArray());
    }

    /** A figure under those of an experiment's seeds that another has, too. */
    Sample of(String experiment, String beside, ToDoubleFunction<Run> figure) {
        SortedMap<Integer, Run> others = runs.get(beside);
        return new Sample(runs.get(experiment).entrySet().stream()
                .filter(each -> others.containsKey(each.getKey()))
                .mapToDouble(each -> figure.applyAsDouble(each.getValue()))
                .toArray());
    }
}
