package io.tinyclip.cluster.run;

import io.tinyclip.cluster.run.RunRecord.ModelFigures;
import io.tinyclip.cluster.run.Sample.Verdict;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.report.LinePlot;
import io.tinyclip.report.LinePlot.Line;
import io.tinyclip.report.LinePlot.Rise;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code docs/claims.md} and its plots, from the runs of {@code scripts/claims}. Verdicts are computed like all else. */
final class ClaimsDocument {
    private static final String TEMPLATE = "/claims.md";
    private static final List<String> OTHER_LOSSES = List.of("features", "contrastive");
    private static final String LEARNED = "learned";
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
        String page = template();
        for (Map.Entry<String, String> part : parts().entrySet()) {
            page = page.replace("${" + part.getKey() + "}", part.getValue());
        }
        return page;
    }

    private static String template() throws IOException {
        try (InputStream in = ClaimsDocument.class.getResourceAsStream(TEMPLATE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        List<Integer> seeds = runs.seeds();
        double seconds = runs.all().stream().mapToDouble(RunRecord::seconds).sum();
        parts.put("runs", Integer.toString(runs.all().size()));
        parts.put("hours", format("%.1f", seconds / SECONDS_AN_HOUR));
        parts.put("seeds", seeds.size() == 1 ? "one seed, so that no claim can be told" : "seeds " + seeds);
        parts.put("teacher", format("%.1f", ClaimRuns.recall(teacher())));
        parts.put("inheritance", inheritance());
        parts.put("inheritanceVerdict", inheritanceVerdict());
        parts.put("lossSteps", Integer.toString(runs.steps(affinity())));
        parts.put("losses", losses());
        parts.put("lossVerdict", lossVerdict());
        parts.put("stageSteps", Integer.toString(runs.steps("learned")));
        parts.put("stages", stages());
        parts.put("stageVerdict", stageVerdict());
        parts.put("selections", selections());
        parts.put("selectionVerdict", selectionVerdict());
        parts.put("tradeOff", tradeOff());
        parts.put("tradeOffVerdict", tradeOffVerdict());
        return parts;
    }

    private String inheritance() {
        Rows rows = new Rows("steps", "inherited, R@1", "random, R@1", "steps from random weights to the same");
        List<Integer> inherited = runs.budgets("inherited");
        for (int steps : runs.budgets("random")) {
            boolean both = inherited.contains(steps);
            rows.add(
                    Integer.toString(steps),
                    both ? inherited(steps).text(1) : "",
                    random(steps).text(1),
                    both ? stepsToTheSame(steps) : "");
        }
        return rows.text();
    }

    private Sample inherited(int steps) {
        return recall("inherited-" + steps);
    }

    private Sample random(int steps) {
        return recall("random-" + steps);
    }

    /** Between the budgets that were tried, along a line over the logarithm of the steps. */
    private String stepsToTheSame(int inheritedSteps) {
        double aim = inherited(inheritedSteps).mean();
        List<Integer> budgets = runs.budgets("random");
        for (int i = 0; i < budgets.size(); i++) {
            double reached = random(budgets.get(i)).mean();
            if (reached >= aim) {
                return i == 0 ? "at most " + budgets.get(0) : between(budgets.get(i - 1), budgets.get(i), aim);
            }
        }
        return "more than " + budgets.get(budgets.size() - 1);
    }

    private String between(int few, int many, double aim) {
        double from = random(few).mean();
        double share = (aim - from) / (random(many).mean() - from);
        return format("about %.0f", few * Math.pow((double) many / few, share));
    }

    private String inheritanceVerdict() {
        List<Finding> findings = new ArrayList<>();
        for (int steps : runs.budgets("inherited")) {
            findings.add(new Finding("after " + steps + " steps", inherited(steps), random(steps)));
        }
        return Finding.sentence("inherited weights against random ones", findings);
    }

    /** The longest run from inherited weights; those with other losses have as many steps. */
    private String affinity() {
        List<Integer> budgets = runs.budgets("inherited");
        return "inherited-" + budgets.get(budgets.size() - 1);
    }

    private String losses() {
        Rows rows = new Rows("loss", "R@1", "of the teacher's, %");
        rows.add("affinity", recall(affinity()).text(1), kept(affinity()));
        OTHER_LOSSES.forEach(loss -> rows.add(loss, recall(loss).text(1), kept(loss)));
        return rows.text();
    }

    private String lossVerdict() {
        Sample affinity = recall(affinity());
        List<Finding> findings = OTHER_LOSSES.stream()
                .map(other -> new Finding("against " + other + " alone", affinity, recall(other)))
                .toList();
        return Finding.sentence("affinity", findings);
    }

    private String stages() {
        Rows rows = new Rows("way to 25 %", "R@1", "of the teacher's, %", "parameters, million");
        Map<String, String> ways = new LinkedHashMap<>();
        ways.put("learned", "three stages, learned masks");
        ways.put("single-learned", "one cut, learned masks");
        ways.put("uniform", "three stages, uniform");
        ways.put("single-uniform", "one cut, uniform");
        ways.forEach((run, name) -> rows.add(
                name,
                recall(run).text(1),
                kept(run),
                runs.end(run, ClaimsDocument::millions).text(2)));
        return rows.text();
    }

    private String stageVerdict() {
        return Finding.sentence(
                "three stages against one cut",
                List.of(
                        new Finding("with learned masks", recall("learned"), recall("single-learned")),
                        new Finding("with uniform selection", recall("uniform"), recall("single-uniform"))));
    }

    private String selections() {
        Rows rows = new Rows("selection", "R@1 at 75 %", "R@1 at 50 %", "R@1 at 25 %", "million at 25 %");
        for (String selection : SELECTIONS) {
            rows.add(
                    selection,
                    recall(selection, 0).text(1),
                    recall(selection, 1).text(1),
                    recall(selection, 2).text(1),
                    runs.end(selection, ClaimsDocument::millions).text(2));
        }
        return rows.text();
    }

    /** A sentence a size. */
    private String selectionVerdict() {
        return IntStream.range(0, STAGES)
                .mapToObj(stage -> Finding.sentence(
                        "at " + KEEPS.get(stage) + ", learned masks",
                        SELECTIONS.stream()
                                .skip(1)
                                .map(other ->
                                        new Finding("against " + other, recall(LEARNED, stage), recall(other, stage)))
                                .toList()))
                .collect(Collectors.joining("\n\n"));
    }

    private String tradeOff() {
        Rows rows = new Rows("model", "parameters, million", "MMACs", "R@1", "of the teacher's, %", "speed, teacher 1");
        rows.add(
                "teacher",
                format("%.2f", millions(teacher())),
                format("%.1f", teacher().macs() / MILLION),
                format("%.1f", ClaimRuns.recall(teacher())),
                "100",
                "1");
        for (int stage = 0; stage < STAGES; stage++) {
            rows.add(
                    KEEPS.get(stage),
                    runs.at(LEARNED, stage, ClaimsDocument::millions).text(2),
                    runs.at(LEARNED, stage, model -> model.macs() / MILLION).text(1),
                    recall(LEARNED, stage).text(1),
                    share(recall(LEARNED, stage)),
                    speed(stage).text(2));
        }
        return rows.text();
    }

    private String tradeOffVerdict() {
        Sample smallest = runs.end(LEARNED, ClaimsDocument::millions);
        return "The smallest student has " + format("%.0f", PERCENT * smallest.mean() / millions(teacher()))
                + " % of the teacher's parameters, is "
                + format("%.1f", speed(STAGES - 1).mean())
                + " times as fast, and has " + kept(LEARNED) + " % of its R@1.";
    }

    /** Of a run's student beside the teacher of the same run, since machines differ from hour to hour. */
    private Sample speed(int stage) {
        return new Sample(runs.of(LEARNED).stream()
                .mapToDouble(run -> pairsPerSecond(run.stages().get(stage).model())
                        / pairsPerSecond(run.teacher().orElseThrow()))
                .toArray());
    }

    private static double pairsPerSecond(ModelFigures model) {
        return model.pairsPerSecond().orElse(Double.NaN);
    }

    String plots() {
        List<Line> ways = List.of(budgetLine("inherited"), budgetLine("random"));
        List<Line> sizes = SELECTIONS.stream().map(this::sizeLine).toList();
        return LinePlot.svg(
                "What the claims' runs reached",
                List.of(
                        new LinePlot("Inherited and random weights, half the size", "steps", "R@1, %", Rise.EVEN, ways),
                        new LinePlot("What is kept at which size", "million parameters", "R@1, %", Rise.EVEN, sizes)));
    }

    private Line budgetLine(String experiment) {
        List<Integer> budgets = runs.budgets(experiment);
        return new Line(
                experiment,
                budgets.stream().mapToDouble(Integer::doubleValue).toArray(),
                budgets.stream()
                        .mapToDouble(steps -> recall(experiment + "-" + steps).mean())
                        .toArray());
    }

    private Line sizeLine(String experiment) {
        return new Line(
                experiment,
                IntStream.range(0, STAGES)
                        .mapToDouble(stage -> runs.at(experiment, stage, ClaimsDocument::millions)
                                .mean())
                        .toArray(),
                IntStream.range(0, STAGES)
                        .mapToDouble(stage -> recall(experiment, stage).mean())
                        .toArray());
    }

    private Sample recall(String experiment) {
        return runs.end(experiment, ClaimRuns::recall);
    }

    private Sample recall(String experiment, int stage) {
        return runs.at(experiment, stage, ClaimRuns::recall);
    }

    private String kept(String experiment) {
        return share(recall(experiment));
    }

    private String share(Sample recall) {
        return format("%.0f", PERCENT * recall.mean() / ClaimRuns.recall(teacher()));
    }

    private ModelFigures teacher() {
        return runs.of(LEARNED).get(0).teacher().orElseThrow();
    }

    /** Parameters without the token table, in millions. */
    private static double millions(ModelFigures model) {
        return (model.params().image() + model.params().text()) / MILLION;
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** A table of Markdown. */
    private static final class Rows {
        private final StringBuilder text = new StringBuilder();

        Rows(String... names) {
            add(names);
            text.append("\n|").append("---|".repeat(names.length));
        }

        void add(String... cells) {
            text.append(text.isEmpty() ? "" : "\n")
                    .append("| ")
                    .append(String.join(" | ", cells))
                    .append(" |");
        }

        String text() {
            return text.toString();
        }
    }

    /**
     * One comparison of a claim.
     *
     * @param where which comparison
     * @param claimed what should be above
     */
    private record Finding(String where, Sample claimed, Sample other) {
        /** A verdict for all, and the difference in each. */
        static String sentence(String what, List<Finding> findings) {
            String each = findings.stream()
                    .map(it -> format("%+.1f ", it.claimed.above(it.other)) + it.where + " ("
                            + it.verdict().words() + ")")
                    .collect(Collectors.joining(", "));
            List<Verdict> verdicts =
                    findings.stream().map(Finding::verdict).distinct().toList();
            String all = verdicts.size() == 1 ? verdicts.get(0).words() : "in parts";
            return "**" + Character.toUpperCase(all.charAt(0)) + all.substring(1) + "**: " + what + ", points of R@1: "
                    + each + ".";
        }

        private Verdict verdict() {
            return claimed.isAbove(other);
        }
    }
}
