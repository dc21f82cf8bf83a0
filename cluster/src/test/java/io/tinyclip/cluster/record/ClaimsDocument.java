package io.tinyclip.cluster.record;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.report.LinePlot;
import io.tinyclip.report.LinePlot.Line;
import io.tinyclip.report.LinePlot.Rise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** {@code docs/claims.md} and its plots, from the runs of {@code scripts/claims}. Verdicts are computed like all else. */
final class ClaimsDocument {
    private static final String TEMPLATE = "/claims.md";
    private static final List<String> OTHER_LOSSES = List.of("features", "contrastive");
    private static final String LEARNED = "learned";
    private static final String INHERITED = "inherited";
    private static final String RANDOM = "random";
    private static final List<String> SELECTIONS = List.of(LEARNED, "importance", "magnitude", "uniform");
    private static final List<String> KEEPS = List.of("75 %", "50 %", "25 %");
    private static final int STAGES = KEEPS.size();
    private static final double MILLION = 1e6;
    private static final double PERCENT = 100;
    private static final double SECONDS_AN_HOUR = 3600;

    private final ClaimRuns runs;

    ClaimsDocument(ClaimRuns runs) {
        this.runs = runs;
    }

    /**
     * @param runs folder of {@code scripts/claims}
     * @param documents folder that gets claims.md and images/claims.svg
     */
    static void write(Path runs, Path documents) throws IOException {
        ClaimsDocument document = new ClaimsDocument(ClaimRuns.read(runs));
        AtomicFile.writeText(documents.resolve("claims.md"), document.page());
        AtomicFile.writeText(documents.resolve("images/claims.svg"), document.plots());
    }

    String page() throws IOException {
        return PageTemplate.filled(TEMPLATE, parts());
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        List<Integer> seeds = runs.seeds();
        double seconds =
                runs.all().stream().mapToDouble(run -> run.course().seconds()).sum();
        parts.put("runs", Integer.toString(runs.all().size()));
        parts.put("hours", format("%.1f", seconds / SECONDS_AN_HOUR));
        parts.put("seeds", seeds.size() == 1 ? "one seed, so that no claim can be told" : "seeds " + seeds);
        parts.put("teacherNames", format("%.1f", Recall.NAMES.of(teacher())));
        parts.put("teacherCaptions", format("%.1f", Recall.CAPTIONS.of(teacher())));
        parts.put("inheritance", inheritance());
        parts.put("inheritanceVerdict", verdicts(this::inheritanceVerdict));
        parts.put("lossSteps", Integer.toString(runs.steps(affinity())));
        parts.put("losses", losses());
        parts.put("lossVerdict", verdicts(this::lossVerdict));
        parts.put("stageSteps", Integer.toString(runs.steps("learned")));
        parts.put("stages", stages());
        parts.put("stageVerdict", verdicts(this::stageVerdict));
        parts.put("selections", selections());
        parts.put("selectionVerdict", verdicts(this::selectionVerdict));
        parts.put("tradeOff", tradeOff());
        parts.put("tradeOffVerdict", tradeOffVerdict());
        return parts;
    }

    /** One for each measure. */
    private static String verdicts(Function<Recall, String> verdict) {
        return Stream.of(Recall.values())
                .map(recall -> "Of " + recall.word() + ": " + verdict.apply(recall))
                .collect(Collectors.joining("\n\n"));
    }

    private String inheritance() {
        MarkdownTable rows = new MarkdownTable(
                "steps",
                "names, inherited",
                "names, random",
                "steps from random weights to the same",
                "captions, inherited",
                "captions, random");
        List<Integer> inherited = runs.budgets(INHERITED);
        for (int steps : runs.budgets(RANDOM)) {
            boolean both = inherited.contains(steps);
            rows.add(
                    Integer.toString(steps),
                    both ? text(Recall.NAMES, after(INHERITED, steps)) : "",
                    text(Recall.NAMES, after(RANDOM, steps)),
                    both ? stepsToTheSame(steps) : "",
                    both ? text(Recall.CAPTIONS, after(INHERITED, steps)) : "",
                    text(Recall.CAPTIONS, after(RANDOM, steps)));
        }
        return rows.text();
    }

    private static String after(String experiment, int steps) {
        return experiment + "-" + steps;
    }

    /** To the same recall of names: between the budgets that were tried, along a line over the logarithm of the steps. */
    private String stepsToTheSame(int inheritedSteps) {
        double aim = names(after(INHERITED, inheritedSteps));
        List<Integer> budgets = runs.budgets(RANDOM);
        for (int i = 0; i < budgets.size(); i++) {
            double reached = names(after(RANDOM, budgets.get(i)));
            if (reached >= aim) {
                return i == 0 ? "at most " + budgets.get(0) : between(budgets.get(i - 1), budgets.get(i), aim);
            }
        }
        return "more than " + budgets.get(budgets.size() - 1);
    }

    private String between(int few, int many, double aim) {
        double from = names(after(RANDOM, few));
        double share = (aim - from) / (names(after(RANDOM, many)) - from);
        return format("about %.0f", few * Math.pow((double) many / few, share));
    }

    private double names(String experiment) {
        return recall(Recall.NAMES, experiment).mean();
    }

    private String inheritanceVerdict(Recall recall) {
        return Finding.sentence(
                "inherited weights against random ones",
                runs.budgets(INHERITED).stream()
                        .map(steps -> new Finding(
                                "after " + steps + " steps",
                                recall(recall, after(INHERITED, steps)),
                                recall(recall, after(RANDOM, steps))))
                        .toList());
    }

    /** The longest run from inherited weights; those with other losses have as many steps. */
    private String affinity() {
        List<Integer> budgets = runs.budgets(INHERITED);
        return after(INHERITED, budgets.get(budgets.size() - 1));
    }

    private String losses() {
        MarkdownTable rows = new MarkdownTable("loss", "names", "captions");
        rows.add("affinity", text(Recall.NAMES, affinity()), text(Recall.CAPTIONS, affinity()));
        OTHER_LOSSES.forEach(loss -> rows.add(loss, text(Recall.NAMES, loss), text(Recall.CAPTIONS, loss)));
        return rows.text();
    }

    private String lossVerdict(Recall recall) {
        return Finding.sentence(
                "affinity",
                OTHER_LOSSES.stream()
                        .map(other -> new Finding(
                                "against " + other + " alone", recall(recall, affinity()), recall(recall, other)))
                        .toList());
    }

    private String stages() {
        MarkdownTable rows = new MarkdownTable("way to 25 %", "names", "captions", "parameters, million");
        Map<String, String> ways = new LinkedHashMap<>();
        ways.put(LEARNED, "three stages, learned masks");
        ways.put("single-learned", "one cut, learned masks");
        ways.put("uniform", "three stages, uniform");
        ways.put("single-uniform", "one cut, uniform");
        ways.forEach((run, name) -> rows.add(
                name,
                text(Recall.NAMES, run),
                text(Recall.CAPTIONS, run),
                runs.end(run, ClaimsDocument::millions).text(2)));
        return rows.text();
    }

    private String stageVerdict(Recall recall) {
        return Finding.sentence(
                "three stages against one cut",
                List.of(
                        new Finding("with learned masks", recall(recall, LEARNED), recall(recall, "single-learned")),
                        new Finding(
                                "with uniform selection",
                                recall(recall, "uniform"),
                                recall(recall, "single-uniform"))));
    }

    private String selections() {
        MarkdownTable rows = new MarkdownTable(
                "selection", "names at 75 %", "50 %", "25 %", "captions at 75 %", "50 %", "25 %", "million at 25 %");
        for (String selection : SELECTIONS) {
            List<String> cells = new ArrayList<>(List.of(selection));
            for (Recall recall : Recall.values()) {
                for (int stage = 0; stage < STAGES; stage++) {
                    cells.add(recall(recall, selection, stage).text(1));
                }
            }
            cells.add(runs.end(selection, ClaimsDocument::millions).text(2));
            rows.add(cells.toArray(String[]::new));
        }
        return rows.text();
    }

    /** A sentence a size. */
    private String selectionVerdict(Recall recall) {
        return IntStream.range(0, STAGES)
                .mapToObj(stage -> Finding.sentence(
                        "at " + KEEPS.get(stage) + ", learned masks",
                        SELECTIONS.stream()
                                .skip(1)
                                .map(other -> new Finding(
                                        "against " + other,
                                        recall(recall, LEARNED, stage),
                                        recall(recall, other, stage)))
                                .toList()))
                .collect(Collectors.joining(" "));
    }

    private String tradeOff() {
        MarkdownTable rows =
                new MarkdownTable("model", "parameters, million", "MMACs", "names", "captions", "speed, teacher 1");
        rows.add(
                "teacher",
                format("%.2f", millions(teacher())),
                format("%.1f", teacher().macs() / MILLION),
                format("%.1f", Recall.NAMES.of(teacher())),
                format("%.1f", Recall.CAPTIONS.of(teacher())),
                "1");
        for (int stage = 0; stage < STAGES; stage++) {
            rows.add(
                    KEEPS.get(stage),
                    runs.at(LEARNED, stage, ClaimsDocument::millions).text(2),
                    runs.at(LEARNED, stage, model -> model.macs() / MILLION).text(1),
                    recall(Recall.NAMES, LEARNED, stage).text(1),
                    recall(Recall.CAPTIONS, LEARNED, stage).text(1),
                    speed(stage).text(2));
        }
        return rows.text();
    }

    private String tradeOffVerdict() {
        Sample smallest = runs.end(LEARNED, ClaimsDocument::millions);
        return "The smallest student has " + format("%.0f", PERCENT * smallest.mean() / millions(teacher()))
                + " % of the teacher's parameters, is "
                + format("%.1f", speed(STAGES - 1).mean())
                + " times as fast, and has " + kept(Recall.NAMES) + " % of its recall of names and "
                + kept(Recall.CAPTIONS) + " % of that of captions.";
    }

    /** Of a run's student beside the teacher of the same run, since machines differ from hour to hour. */
    private Sample speed(int stage) {
        return new Sample(runs.of(LEARNED).stream()
                .mapToDouble(
                        run -> pairsPerSecond(run.figures().stages().get(stage).model())
                                / pairsPerSecond(run.figures().teacher().orElseThrow()))
                .toArray());
    }

    private static double pairsPerSecond(ModelFigures model) {
        return model.pairsPerSecond().orElse(Double.NaN);
    }

    String plots() {
        List<Line> ways = List.of(budgetLine(INHERITED), budgetLine(RANDOM));
        List<Line> sizes = SELECTIONS.stream().map(this::sizeLine).toList();
        return LinePlot.svg(
                "What the claims' runs reached",
                List.of(
                        new LinePlot(
                                "Inherited and random weights, half the size",
                                "steps",
                                "R@1 of names, %",
                                Rise.EVEN,
                                ways),
                        new LinePlot(
                                "What is kept at which size",
                                "million parameters",
                                "R@1 of names, %",
                                Rise.EVEN,
                                sizes)));
    }

    private Line budgetLine(String experiment) {
        List<Integer> budgets = runs.budgets(experiment);
        return line(
                experiment,
                budgets.stream().mapToDouble(Integer::doubleValue).toArray(),
                budgets.stream()
                        .map(steps -> recall(Recall.NAMES, after(experiment, steps)))
                        .toList());
    }

    private Line sizeLine(String experiment) {
        return line(
                experiment,
                IntStream.range(0, STAGES)
                        .mapToDouble(stage -> runs.at(experiment, stage, ClaimsDocument::millions)
                                .mean())
                        .toArray(),
                IntStream.range(0, STAGES)
                        .mapToObj(stage -> recall(Recall.NAMES, experiment, stage))
                        .toList());
    }

    /** Means, and bars from the least to the largest of the seeds. */
    private static Line line(String name, double[] x, List<Sample> samples) {
        return new Line(
                name,
                x,
                samples.stream().mapToDouble(Sample::mean).toArray(),
                samples.stream().mapToDouble(Sample::least).toArray(),
                samples.stream().mapToDouble(Sample::largest).toArray());
    }

    private Sample recall(Recall recall, String experiment) {
        return runs.end(experiment, recall::of);
    }

    private Sample recall(Recall recall, String experiment, int stage) {
        return runs.at(experiment, stage, recall::of);
    }

    private String text(Recall recall, String experiment) {
        return recall(recall, experiment).text(1);
    }

    private String kept(Recall recall) {
        return format("%.0f", PERCENT * recall(recall, LEARNED).mean() / recall.of(teacher()));
    }

    private ModelFigures teacher() {
        return runs.of(LEARNED).get(0).figures().teacher().orElseThrow();
    }

    /** Parameters without the token table, in millions. */
    private static double millions(ModelFigures model) {
        return (model.params().image() + model.params().text()) / MILLION;
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
