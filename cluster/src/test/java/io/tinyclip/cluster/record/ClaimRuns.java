package io.tinyclip.cluster.record;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The finished runs of {@code scripts/claims}, in folders named EXPERIMENT-seedN, every experiment with the same seeds. */
final class ClaimRuns {
    private static final Pattern NAME = Pattern.compile("(.+)-seed(\\d+)");

    private final Map<String, Map<Integer, RunRecord>> runs = new TreeMap<>();

    /** @throws InvalidInputException if a run is not finished, or an experiment lacks a seed that another has */
    static ClaimRuns read(Path folder) throws IOException {
        ClaimRuns found = new ClaimRuns();
        for (Place place : places(folder)) {
            found.add(place.experiment, place.seed, place.record());
        }
        return found;
    }

    /** Where an experiment's run is. */
    record Place(String experiment, int seed, Path folder) {
        RunRecord record() throws IOException {
            Path file = folder.resolve("run.json");
            return RunRecordJson.read(Files.readString(file), file.toString());
        }
    }

    /** In the order of their names. */
    static List<Place> places(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory)
                    .sorted()
                    .<Place>mapMulti((run, out) -> {
                        Matcher name = NAME.matcher(run.getFileName().toString());
                        if (name.matches()) {
                            out.accept(new Place(name.group(1), Integer.parseInt(name.group(2)), run));
                        }
                    })
                    .toList();
        }
    }

    void add(String experiment, int seed, RunRecord run) {
        if (!run.course().finished()) {
            throw new InvalidInputException("the run of [" + experiment + "] with seed [" + seed
                    + "] is not finished; scripts/claims goes on with it");
        }
        runs.computeIfAbsent(experiment, name -> new TreeMap<>()).put(seed, run);
    }

    /** Those whose name begins so and goes on with a number of steps, fewest first. */
    List<Integer> budgets(String experiment) {
        List<Integer> steps = new ArrayList<>();
        Pattern name = Pattern.compile(Pattern.quote(experiment) + "-(\\d+)");
        runs.keySet().stream()
                .map(name::matcher)
                .filter(Matcher::matches)
                .forEach(it -> steps.add(Integer.parseInt(it.group(1))));
        return steps.stream().sorted().toList();
    }

    /** All runs of all experiments. */
    List<RunRecord> all() {
        return runs.values().stream().flatMap(it -> it.values().stream()).toList();
    }

    /** The same of every experiment. */
    List<Integer> seeds() {
        return runs.values().stream()
                .map(it -> List.copyOf(it.keySet()))
                .reduce((one, other) -> {
                    if (!one.equals(other)) {
                        throw new InvalidInputException(
                                "seeds [" + one + "] and [" + other + "] differ; scripts/claims runs what is missing");
                    }
                    return one;
                })
                .orElse(List.of());
    }

    List<RunRecord> of(String experiment) {
        Map<Integer, RunRecord> bySeed = runs.get(experiment);
        if (bySeed == null) {
            throw new InvalidInputException("no run of [" + experiment + "]; scripts/claims runs what is missing");
        }
        return List.copyOf(bySeed.values());
    }

    /** A figure at a stage's end. */
    Sample at(String experiment, int stage, ToDoubleFunction<ModelFigures> figure) {
        return new Sample(of(experiment).stream()
                .mapToDouble(run ->
                        figure.applyAsDouble(run.figures().stages().get(stage).model()))
                .toArray());
    }

    /** A figure at the run's end. */
    Sample end(String experiment, ToDoubleFunction<ModelFigures> figure) {
        return at(experiment, of(experiment).get(0).figures().stages().size() - 1, figure);
    }

    /** Steps of a whole run. */
    int steps(String experiment) {
        return of(experiment).get(0).figures().stages().stream()
                .mapToInt(StageFigures::steps)
                .sum();
    }
}
