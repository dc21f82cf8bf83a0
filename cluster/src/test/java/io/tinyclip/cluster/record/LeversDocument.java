package io.tinyclip.cluster.record;

import io.tinyclip.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/levers.md} from the runs of {@code scripts/claims --levers}. Verdicts are computed like all else. */
final class LeversDocument {
    private static final String TEMPLATE = "/levers.md";
    private static final double MILLION = 1e6;
    private static final double SECONDS_AN_HOUR = 3600;

    /**
     * What is tried.
     *
     * @param name of its runs
     * @param against the experiment that it is held against; empty for none
     * @param what it changes
     */
    record Lever(String name, String against, String what) {}

    /** As {@code scripts/claims} runs them. */
    static final List<Lever> LEVERS = List.of(
            new Lever("recipe", "", "`conf/claims.conf` as it is"),
            new Lever("views", "recipe", "`data.views = 8`"),
            new Lever("features", "recipe", "`loss.features = 2000` beside affinity"),
            new Lever(
                    "held",
                    "recipe",
                    "a rate of 2.0e-3 that warms up over 0.4 of the first inherit phase, is held over all stages and cools in the"
                            + " last, moments carried, masks and multipliers at 0.8 and 0.4, their target's way over 0.8"),
            new Lever("together", "recipe", "*views*, *features* and *held*"),
            new Lever(
                    "near",
                    "together",
                    "`optimizer.inherit-rate = 0.1`, from which the last stage rises over 20 steps, and multipliers at 2.0, so that the"
                            + " student stays near to the teacher that it begins as until it is small"),
            new Lever("muon", "near", "`optimizer.muon`, `image = 0.5` and `text = 0.2`"),
            new Lever("table", "near", "`optimizer.token-rate = 0`, so that the token table stays the teacher's"),
            new Lever("kept", "near", "*muon* and *table*"),
            new Lever("once", "kept", "one learned cut, 150 and 550 steps, instead of three"),
            new Lever(
                    "rank",
                    "muon",
                    "before the last cut a stage of 25 steps with `token-rank = 31`, a quarter of the width"),
            new Lever(
                    "clock", "kept", "`budget.unit = seconds` as this machine's layers cost, `mask.minimum-heads = 0`"),
            new Lever(
                    "fitted",
                    "kept",
                    "one cut by calibration on 32 batches, which leaves the width, and 700 steps, instead of three learned ones; *kept*"
                            + " otherwise"),
            new Lever("narrow", "fitted", "the same that takes from the width, too"),
            new Lever("swift", "clock", "*fitted* to a quarter of the seconds, `mask.minimum-heads` as it is"),
            new Lever("fleet", "swift", "the same to 0.23 of the seconds, which takes from the width, too"),
            new Lever("small", "ninth", "*fitted* to `keep = 0.09`, `mask.minimum-heads = 0`"),
            new Lever("slight", "small", "the same that takes from the width, too"),
            new Lever(
                    "ninth",
                    "",
                    "*kept* with 50 and 50 steps at a quarter and a fourth stage of 100 and 300 to `keep = 0.09`"),
            new Lever(
                    "cooled",
                    "together",
                    "each stage cooled, and warmed up over 0.4 of its inherit phase, instead of a rate that is held"),
            new Lever("single", "together", "one learned cut, 200 and 500 steps, instead of three"));

    /** Of the old defaults, and of the new ones. */
    private static final List<String> CURVES = List.of("recipe", "kept");

    private static final String NAMES_KL = "name.teacher.kl";

    private static final List<Double> KEPT = List.of(0.75, 0.5, 0.25);

    private final LeverRuns runs;

    LeversDocument(LeverRuns runs) {
        this.runs = runs;
    }

    /**
     * @param runs folder of {@code scripts/claims --levers}
     * @param documents folder that gets levers.md
     */
    static void write(Path runs, Path documents) throws IOException {
        AtomicFile.writeText(documents.resolve("levers.md"), new LeversDocument(LeverRuns.read(runs)).page());
    }

    String page() throws IOException {
        return PageTemplate.filled(TEMPLATE, parts());
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        double seconds = runs.all().stream()
                .mapToDouble(run -> run.record().course().seconds())
                .sum();
        parts.put("runs", Integer.toString(runs.all().size()));
        parts.put("hours", format("%.1f", seconds / SECONDS_AN_HOUR));
        parts.put("seeds", runs.seeds().toString());
        parts.put("steps", Integer.toString(runs.steps()));
        parts.put(
                "leftOut",
                runs.leftOut().isEmpty() ? "" : "\n\nLeft out, as not finished or not judged: " + runs.leftOut() + ".");
        parts.put("tried", tried());
        parts.put("quality", quality());
        parts.put("stages", stages());
        parts.put("nearness", nearness());
        parts.put("photos", photos());
        parts.put("curve", curve());
        parts.put("cost", cost());
        parts.put("verdicts", verdicts());
        return parts;
    }

    private Stream<Lever> present() {
        return LEVERS.stream().filter(lever -> runs.has(lever.name));
    }

    private String tried() {
        return LEVERS.stream()
                .map(lever -> "- **" + lever.name + "**: " + lever.what
                        + (lever.against.isEmpty() ? "" : ", against *" + lever.against + "*")
                        + (runs.has(lever.name) ? "" : " (not run yet)"))
                .collect(Collectors.joining("\n"));
    }

    private String quality() {
        MarkdownTable rows = new MarkdownTable(
                "", "seeds", "names, chosen by", "names, judged", "captions, chosen by", "captions, judged");
        rows.add(
                "teacher",
                "",
                format("%.1f", Recall.NAMES.of(runs.teacher())),
                format("%.1f", Recall.NAMES.of(runs.teacherJudged())),
                format("%.1f", Recall.CAPTIONS.of(runs.teacher())),
                format("%.1f", Recall.CAPTIONS.of(runs.teacherJudged())));
        present()
                .forEach(lever -> rows.add(
                        lever.name,
                        seeds(lever),
                        runs.of(lever.name, chosen(Recall.NAMES)).text(1),
                        runs.of(lever.name, judged(Recall.NAMES)).text(1),
                        runs.of(lever.name, chosen(Recall.CAPTIONS)).text(1),
                        runs.of(lever.name, judged(Recall.CAPTIONS)).text(1)));
        return rows.text();
    }

    /** Of the students of each size, by the family that chooses: whoever wants a larger one takes it from the same run. */
    private String stages() {
        MarkdownTable rows = new MarkdownTable("", "names at 75 %", "50 %", "25 %", "captions at 75 %", "50 %", "25 %");
        present()
                .filter(lever -> KEPT.stream().allMatch(keep -> runs.hasStage(lever.name, keep)))
                .forEach(lever -> {
                    List<String> cells = new ArrayList<>(List.of(lever.name));
                    for (Recall recall : List.of(Recall.NAMES, Recall.CAPTIONS)) {
                        for (double keep : KEPT) {
                            cells.add(runs.of(lever.name, run -> recall.of(run.student(keep)))
                                    .text(1));
                        }
                    }
                    rows.add(cells.toArray(String[]::new));
                });
        return rows.text();
    }

    /** Of the last student, on the pairs that judge. */
    private String nearness() {
        MarkdownTable rows = new MarkdownTable(
                "", "seeds", "divergence of names", "of captions", "1 - cosine of pictures", "of names' texts");
        present()
                .filter(lever -> runs.haveFigure(lever.name, NAMES_KL))
                .forEach(lever -> rows.add(
                        lever.name,
                        seeds(lever),
                        judged(lever, NAMES_KL).text(2),
                        judged(lever, "teacher.kl").text(2),
                        distance(lever, "name.teacher.cos.image").text(4),
                        distance(lever, "name.teacher.cos.text").text(4)));
        return rows.text();
    }

    private String photos() {
        MarkdownTable rows =
                new MarkdownTable("", "seeds", "recall at 10", "divergence", "1 - cosine of pictures", "of captions");
        Map<String, Double> teacher = runs.teacherJudged();
        if (!teacher.containsKey(LeverRuns.PHOTOS + "r@10")) {
            return "Not judged by photographs; `scripts/claims --levers --photos D` does.";
        }
        rows.add("teacher", "", format("%.1f", photosRecall(teacher)), "0", "0", "0");
        present()
                .filter(lever -> runs.haveFigure(lever.name, LeverRuns.PHOTOS + "teacher.kl"))
                .forEach(lever -> rows.add(
                        lever.name,
                        seeds(lever),
                        runs.of(lever.name, run -> photosRecall(run.judged())).text(1),
                        judged(lever, LeverRuns.PHOTOS + "teacher.kl").text(2),
                        distance(lever, LeverRuns.PHOTOS + "teacher.cos.image").text(4),
                        distance(lever, LeverRuns.PHOTOS + "teacher.cos.text").text(4)));
        return rows.text();
    }

    private static double photosRecall(Map<String, Double> judged) {
        return 50 * (judged.get(LeverRuns.PHOTOS + "r@10") + judged.get(LeverRuns.PHOTOS + "t2i.r@10"));
    }

    private String seeds(Lever lever) {
        return Integer.toString(runs.of(lever.name, run -> 0).values().length);
    }

    private Sample judged(Lever lever, String figure) {
        return runs.of(lever.name, run -> run.judged(figure));
    }

    private Sample distance(Lever lever, String cosine) {
        return runs.of(lever.name, run -> 1 - run.judged(cosine));
    }

    /** What each size costs and is worth, by the family that chooses, in the old way and the new. */
    private String curve() {
        MarkdownTable rows = new MarkdownTable(
                "",
                "kept",
                "parameters, million",
                "with the token table",
                "MMACs",
                "speed, teacher 1",
                "names",
                "captions");
        present()
                .filter(lever -> CURVES.contains(lever.name))
                .filter(lever -> KEPT.stream().allMatch(keep -> runs.hasStage(lever.name, keep)))
                .forEach(lever -> KEPT.forEach(keep -> rows.add(
                        lever.name,
                        format("%.0f %%", 100 * keep),
                        figure(lever, keep, LeversDocument::towers).text(2),
                        figure(lever, keep, model -> model.params().total() / MILLION)
                                .text(2),
                        figure(lever, keep, model -> model.macs() / MILLION).text(1),
                        figure(lever, keep, LeversDocument::speed).text(2),
                        figure(lever, keep, Recall.NAMES::of).text(1),
                        figure(lever, keep, Recall.CAPTIONS::of).text(1))));
        return rows.text();
    }

    private static double speed(ModelFigures model) {
        return model.speedUp().map(it -> it.median()).orElse(Double.NaN);
    }

    private Sample figure(Lever lever, double keep, ToDoubleFunction<ModelFigures> figure) {
        return runs.of(lever.name, run -> figure.applyAsDouble(run.student(keep)));
    }

    private String cost() {
        MarkdownTable rows = new MarkdownTable(
                "", "parameters, million", "with the token table", "MMACs", "speed, teacher 1", "minutes");
        ModelFigures teacher = runs.teacher();
        rows.add(
                "teacher",
                format("%.2f", towers(teacher)),
                format("%.2f", teacher.params().total() / MILLION),
                format("%.1f", teacher.macs() / MILLION),
                "1",
                "");
        present()
                .forEach(lever -> rows.add(
                        lever.name,
                        figure(lever, LeversDocument::towers).text(2),
                        figure(lever, model -> model.params().total() / MILLION).text(2),
                        figure(lever, model -> model.macs() / MILLION).text(1),
                        figure(lever, LeversDocument::speed).text(2),
                        runs.of(lever.name, run -> run.record().course().seconds() / 60)
                                .text(1)));
        return rows.text();
    }

    private Sample figure(Lever lever, ToDoubleFunction<ModelFigures> figure) {
        return runs.of(lever.name, run -> figure.applyAsDouble(run.student()));
    }

    /** By the family that judges, under the seeds that both have. */
    private String verdicts() {
        return present()
                .filter(lever -> runs.has(lever.against))
                .map(lever -> Stream.of(Recall.values())
                        .map(recall -> "Of " + recall.word() + " " + verdict(lever, recall))
                        .collect(Collectors.joining(" ", "- ", nearer(lever))))
                .collect(Collectors.joining("\n"));
    }

    /** Of names, where both were held beside the teacher; less is better. */
    private String nearer(Lever lever) {
        if (!runs.haveFigure(lever.name, NAMES_KL) || !runs.haveFigure(lever.against, NAMES_KL)) {
            return "";
        }
        Sample with = runs.of(lever.name, lever.against, run -> run.judged(NAMES_KL));
        Sample without = runs.of(lever.against, lever.name, run -> run.judged(NAMES_KL));
        return String.format(
                Locale.ROOT,
                " Its divergence of names is %.2f instead of %.2f (that it is nearer: %s).",
                with.mean(),
                without.mean(),
                without.isAbove(with).words());
    }

    private String verdict(Lever lever, Recall recall) {
        Sample with = runs.of(lever.name, lever.against, judged(recall));
        Sample without = runs.of(lever.against, lever.name, judged(recall));
        Finding finding = new Finding("against *" + lever.against + "*", with, without);
        int pairs = with.values().length * without.values().length;
        return Finding.sentence("*" + lever.name + "*", List.of(finding)) + " It is above in "
                + with.pairsAbove(without) + " of " + pairs + " pairs of seeds.";
    }

    private static ToDoubleFunction<LeverRuns.Run> chosen(Recall recall) {
        return run -> recall.of(run.student());
    }

    private static ToDoubleFunction<LeverRuns.Run> judged(Recall recall) {
        return run -> recall.of(run.judged());
    }

    /** Without the token table. */
    private static double towers(ModelFigures model) {
        return (model.params().image() + model.params().text()) / MILLION;
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
