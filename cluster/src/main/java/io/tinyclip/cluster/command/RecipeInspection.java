package io.tinyclip.cluster.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeachingSettings;
import io.tinyclip.formats.Padding;
import io.tinyclip.inherit.StageForecast;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BudgetPlan.Unit;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.storage.Location;
import java.util.List;
import java.util.Locale;

/**
 * What a recipe's students will be, stage by stage, before anything is trained.
 *
 * @param teacher its architecture, or the model that was read
 * @param shape of the teacher
 * @param mask how its students are learned
 */
record RecipeInspection(String teacher, ModelShape shape, List<StageForecast> stages, MaskPlan mask) {
    private static final double MILLION = 1e6;
    private static final double BILLION = 1e9;
    private static final double PERCENT = 100;
    /** Below, one digit behind the point would say nothing. */
    private static final long SMALL_MACS = 100_000_000;

    /**
     * Of a recipe; reads its teacher where the recipe does not name the architecture.
     *
     * @throws InvalidInputException if the recipe is wrong, or there is no teacher to tell the shape
     */
    static RecipeInspection of(Settings settings) {
        TeachingSettings.TeacherSource source = settings.teaching().teacher();
        boolean named = !source.architecture().isEmpty();
        ModelShape teacher = named ? source.expected() : read(source);
        ModelShape start = settings.compression()
                .start()
                .whole()
                .map(name -> Teachers.read(name, source.options()).shape())
                .orElse(teacher);
        return new RecipeInspection(
                named ? source.architecture() : Location.shown(source.model()),
                teacher,
                StageForecast.of(teacher, start, settings.runPlan(teacher, start)),
                settings.compression().mask());
    }

    private static ModelShape read(TeachingSettings.TeacherSource source) {
        try {
            return Teachers.read(source.model(), source.options()).shape();
        } catch (InvalidInputException e) {
            throw new InvalidInputException(e.getMessage() + "; or set tinyclip.teacher-architecture", e);
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "%-22s %8s %8s %8s %8s %9s %8s %8s%n",
                "", "image M", "text M", "tokens M", "in all M", "padded M", "GMACs", "keep %"));
        text.append(row("teacher", Counts.of(shape), FormatFit.of(Padding.of(shape)), 1));
        for (int i = 0; i < stages.size(); i++) {
            StageForecast stage = stages.get(i);
            FormatFit fit = FormatFit.of(stage, mask);
            text.append(row(
                    "stage " + (i + 1) + ", " + kind(stage),
                    stage.counts(),
                    fit,
                    stage.plan().keep()));
            if (stage.nominal()) {
                text.append(String.format(
                        Locale.ROOT, "  joint budget %s; nominal uniform split, %s%n", budget(stage), split(stage)));
            }
            text.append("  ")
                    .append(fit.formats())
                    .append(": ")
                    .append(fit.words())
                    .append(System.lineSeparator());
        }
        return text.append(String.format("teacher: %s%n", teacher)).toString();
    }

    private static String kind(StageForecast stage) {
        StagePlan plan = stage.plan();
        if (plan.tokenRank().isPresent()) {
            return "rank " + plan.tokenRank().getAsInt();
        }
        if (plan.calibration().isPresent()) {
            return "calibrated";
        }
        return stage.nominal() ? "learned" : "by hand";
    }

    private static String split(StageForecast stage) {
        return stage.plan()
                .calibration()
                .map(it -> "calibration decides the real one" + (it.width() ? "" : ", and leaves the width"))
                .orElse("the learned one differs");
    }

    private String budget(StageForecast stage) {
        Unit unit = mask.budget().unit();
        return unit == Unit.PARAMETERS
                ? String.format(Locale.ROOT, "%.2f M of %.2f M counted", stage.counted() / MILLION, counted() / MILLION)
                : Costs.share(stage.plan().keep(), unit);
    }

    private static String row(String name, Counts counts, FormatFit fit, double keep) {
        String macs = counts.macs() < SMALL_MACS ? "%8.4f" : "%8.1f";
        return String.format(
                Locale.ROOT,
                "%-22s %8.2f %8.2f %8.2f %8.2f %9s " + macs + " %8.2f%n",
                name,
                counts.image() / MILLION,
                counts.text() / MILLION,
                counts.tokenEmbedding() / MILLION,
                counts.total() / MILLION,
                fit.cell(),
                counts.macs() / BILLION,
                keep * PERCENT);
    }

    private long counted() {
        Counts whole = Counts.of(shape);
        return whole.countedImage() + whole.countedText();
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        JsonObject teacherJson = figures(Counts.of(shape), FormatFit.of(Padding.of(shape)));
        teacherJson.addProperty("name", teacher);
        teacherJson.addProperty("counted", counted());
        json.add("teacher", teacherJson);
        json.addProperty("unit", mask.budget().unit().word());
        JsonArray list = new JsonArray();
        for (StageForecast stage : stages) {
            JsonObject one = figures(stage.counts(), FormatFit.of(stage, mask));
            one.addProperty("keep", stage.plan().keep());
            one.addProperty("counted", stage.counted());
            stage.plan().tokenRank().ifPresent(rank -> one.addProperty("tokenRank", rank));
            stage.plan().calibration().ifPresent(it -> {
                one.addProperty("calibrationBatches", it.batches());
                one.addProperty("calibrationWidth", it.width());
            });
            one.addProperty("split", stage.nominal() ? "nominal" : "exact");
            list.add(one);
        }
        json.add("stages", list);
        return json;
    }

    private static JsonObject figures(Counts counts, FormatFit fit) {
        JsonObject json = new JsonObject();
        json.add("params", params(counts));
        json.addProperty("total", counts.total());
        json.add("padded", fit.json());
        json.addProperty("macs", counts.macs());
        return json;
    }

    /** Parameters as every {@code --json} prints them. */
    static JsonObject params(Counts counts) {
        JsonObject params = new JsonObject();
        params.addProperty("image", counts.image());
        params.addProperty("text", counts.text());
        params.addProperty("tokenEmbedding", counts.tokenEmbedding());
        return params;
    }
}
