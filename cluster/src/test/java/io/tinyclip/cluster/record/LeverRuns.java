package io.tinyclip.cluster.record;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
import java.util.stream.Stream;

/**
 * The runs of {@code scripts/claims --levers}: students that were chosen by one icon family, which their runs evaluate on, and are
 * judged once by another. An experiment may have fewer seeds than others; what is compared are those that both have.
 */
final class LeverRuns {
    /** In front of figures on photographs. */
    static final String PHOTOS = "photos.";

    private static final String JUDGED = "judged.json";

    private final Map<String, SortedMap<Integer, Run>> runs = new TreeMap<>();
    private final Map<String, Double> teacher;
    private final List<String> leftOut = new ArrayList<>();

    /**
     * One run.
     *
     * @param judged its last student's metrics on the family that judges, and on photographs
     */
    record Run(RunRecord record, Map<String, Double> judged) {
        ModelFigures student() {
            List<StageFigures> stages = record.figures().stages();
            return stages.get(stages.size() - 1).model();
        }

        double judged(String figure) {
            return judged.get(figure);
        }

        /** That of the last stage that kept so much. */
        ModelFigures student(double keep) {
            return students(keep).reduce((before, after) -> after).orElseThrow();
        }

        private Stream<ModelFigures> students(double keep) {
            return record.figures().stages().stream().map(StageFigures::model).filter(model -> model.keep() == keep);
        }
    }

    /** @param teacher its metrics on the family that judges, and on photographs */
    LeverRuns(Map<String, Double> teacher) {
        this.teacher = Map.copyOf(teacher);
    }

    /** Those that are finished and judged; the others are {@link #leftOut}. */
    static LeverRuns read(Path folder) throws IOException {
        LeverRuns found = new LeverRuns(judgement(folder.resolve("teacher")));
        for (ClaimRuns.Place place : ClaimRuns.places(folder)) {
            if (Files.exists(place.folder().resolve(JUDGED))) {
                found.add(place.experiment(), place.seed(), new Run(place.record(), judgement(place.folder())));
            } else {
                found.leftOut.add(place.folder().getFileName().toString());
            }
        }
        return found;
    }

    /** What was said of a model by the family that judges, and by photographs where there were any. */
    private static Map<String, Double> judgement(Path folder) throws IOException {
        Map<String, Double> judged = new TreeMap<>(metrics(folder.resolve(JUDGED)));
        Path photos = folder.resolve("photos.json");
        if (Files.exists(photos)) {
            metrics(photos).forEach((name, value) -> judged.put(PHOTOS + name, value));
        }
        return judged;
    }

    void add(String experiment, int seed, Run run) {
        runs.computeIfAbsent(experiment, name -> new TreeMap<>()).put(seed, run);
    }

    private static Map<String, Double> metrics(Path file) throws IOException {
        JsonObject metrics =
                JsonParser.parseString(Files.readString(file)).getAsJsonObject().getAsJsonObject("metrics");
        Map<String, Double> shares = new TreeMap<>();
        for (Map.Entry<String, JsonElement> each : metrics.entrySet()) {
            shares.put(each.getKey(), each.getValue().getAsDouble());
        }
        return shares;
    }

    /** Folders of runs that have not come to their judgement. */
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** Of each run; as many in all of them. */
    int steps() {
        return all().iterator().next().record.figures().stages().stream()
                .mapToInt(StageFigures::steps)
                .sum();
    }

    Map<String, Double> teacherJudged() {
        return teacher;
    }

    /** As the runs evaluated it; the same in all of them. */
    ModelFigures teacher() {
        return all().iterator().next().record.figures().teacher().orElseThrow();
    }

    /** Whether all runs of an experiment made a student of that size. */
    boolean hasStage(String experiment, double keep) {
        return runs.get(experiment).values().stream()
                .allMatch(run -> run.students(keep).findAny().isPresent());
    }

    /** Whether all runs of an experiment were judged by a figure. */
    boolean haveFigure(String experiment, String figure) {
        return runs.get(experiment).values().stream().allMatch(run -> run.judged.containsKey(figure));
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
