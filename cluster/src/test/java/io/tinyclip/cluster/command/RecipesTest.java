package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Architectures;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.Schedule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe of the zoo, against the published figures. */
final class RecipesTest {
    private static final Path FOLDER = Path.of("..", "conf", "recipes");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    static List<Path> recipes() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @Test
    void thereIsOneForEachModelOfTheZoo() throws IOException {
        assertEquals(9, recipes().size());
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyRecipeIsAPlanOfItsTeacherWithThePublishedRates(Path recipe) {
        Settings settings = SettingsFile.read(recipe, Map.of());
        RunPlan plan = settings.runPlan(
                Architectures.shape(settings.teaching().teacher().architecture()));
        assertEquals(32_768, plan.globalBatch());
        int warmup = Math.max(
                plan.stages().get(0).inheritSteps(), plan.optimizer().pace().warmupSteps());
        assertEquals(1e-4 / warmup, Schedule.rates(plan, plan.start()).weights(), 1e-12);
        assertEquals(
                settings.compression().stages().stream().allMatch(StageGoal.Learned.class::isInstance)
                        ? Exportable.FALSE
                        : Exportable.TRUE,
                plan.mask().exportable(),
                "the budgets of learned students are the published ones");
        assertTrue(List.of(11_444, 73_242).contains(plan.stages().get(0).steps()), recipe.toString());
        assertTrue(Files.exists(recipe)
                && plan.stages().stream()
                        .allMatch(stage -> stage.steps() == plan.stages().get(0).steps()));
    }

    @ParameterizedTest
    @CsvSource({
        "vit-61m-32-text-29m, 61.41, 28.67, 5.3",
        "vit-40m-32-text-19m, 39.69, 19.22, 3.5",
        "vit-39m-16-text-19m, 38.59, 19.22, 9.5",
        "vit-8m-16-text-3m, 8.28, 2.52, 2.0",
        "resnet-30m-text-29m, 30, 29, 6.9",
        "resnet-19m-text-19m, 19, 19, 4.4"
    })
    void inspectPrintsThePublishedFiguresOfStudentsChosenByHand(String name, String image, String text, String macs) {
        JsonArray stages = inspect(name).getAsJsonArray("stages");
        JsonObject last = stages.get(stages.size() - 1).getAsJsonObject();
        JsonObject params = last.getAsJsonObject("params");
        assertEquals("exact", last.get("split").getAsString());
        assertEquals(image, rounded(params.get("image").getAsLong(), 1e6, image));
        assertEquals(text, rounded(params.get("text").getAsLong(), 1e6, text));
        assertEquals(macs, rounded(last.get("macs").getAsLong(), 1e9, macs));
        out.reset();
        assertEquals(ExitCode.DONE, execute("inspect", recipe(name)));
        String row = text(out)
                .lines()
                .filter(line -> line.startsWith("stage " + stages.size() + ", by hand"))
                .findFirst()
                .orElseThrow();
        if (image.contains(".")) {
            assertTrue(row.matches(".* " + image + " +" + text + " .*"), row);
        }
        assertTrue(row.contains(" " + macs + " "), row);
    }

    @ParameterizedTest
    @CsvSource({"vit-63m-32-text-31m, 1, 92.12", "vit-45m-32-text-18m, 2, 61.41", "vit-22m-32-text-10m, 3, 30.71"})
    void inspectPrintsTheJointBudgetOfLearnedStudentsAndANominalSplit(String name, int stages, String budget) {
        JsonObject json = inspect(name);
        assertEquals(122_821_632, json.getAsJsonObject("teacher").get("counted").getAsLong());
        assertEquals(stages, json.getAsJsonArray("stages").size());
        JsonObject last = json.getAsJsonArray("stages").get(stages - 1).getAsJsonObject();
        assertEquals("nominal", last.get("split").getAsString());
        assertEquals(budget, rounded(last.get("counted").getAsLong(), 1e6, budget));
        long lost = 122_821_632 - last.get("counted").getAsLong();
        JsonObject params = last.getAsJsonObject("params");
        assertEquals(
                87_849_216 + 38_131_200 - lost,
                params.get("image").getAsLong() + params.get("text").getAsLong());
        out.reset();
        assertEquals(ExitCode.DONE, execute("inspect", recipe(name)));
        String line =
                "joint budget " + budget + " M of 122.82 M counted; nominal uniform split, the learned one differs";
        assertTrue(text(out).contains(line), text(out));
    }

    @Test
    void inspectSaysThatCalibrationDecidesTheSplit() throws IOException {
        Path conf = Files.writeString(
                folder.resolve("calibrated.conf"),
                "tinyclip { teacher-architecture = ViT-B-32, stages = [ { keep = 0.25, calibration-batches = 32,"
                        + " distill-steps = 700 } ] }");
        assertEquals(ExitCode.DONE, execute("inspect", conf.toString(), "--json"), text(err));
        JsonObject stage = JsonParser.parseString(text(out))
                .getAsJsonObject()
                .getAsJsonArray("stages")
                .get(0)
                .getAsJsonObject();
        assertEquals(32, stage.get("calibrationBatches").getAsInt());
        assertTrue(stage.get("calibrationWidth").getAsBoolean());
        assertEquals("nominal", stage.get("split").getAsString());
        out.reset();
        assertEquals(ExitCode.DONE, execute("inspect", conf.toString()));
        assertTrue(text(out).contains("stage 1, calibrated "), text(out));
        assertTrue(text(out).contains("nominal uniform split, calibration decides the real one"), text(out));
        assertFalse(text(out).contains("learned"), text(out));
        assertFalse(text(out).contains("leaves the width"), text(out));
        Files.writeString(conf, Files.readString(conf).replace("= 32", "= 32, calibration-width = false"));
        out.reset();
        assertEquals(ExitCode.DONE, execute("inspect", conf.toString()));
        assertTrue(text(out).contains("calibration decides the real one, and leaves the width"), text(out));
    }

    @ParameterizedTest
    @CsvSource({
        "false, open, 151277313, refuse it where a width or a layer's heads do not fit",
        "true, bound, 151277313, fits; padded to at most 151.28 M in all, +25.5 %",
        "dense, budget, 120571905, fits; the budget has the padding in it"
    })
    void inspectSaysBeforeTrainingWhatFormatsMakeOfALearnedStudent(
            String exportable, String known, long total, String words) throws IOException {
        Path conf = Files.writeString(
                folder.resolve("vit.conf"),
                "tinyclip { teacher-architecture = ViT-B-32, mask.exportable = " + exportable
                        + ", stages = [ { keep = 0.75, inherit-steps = 300, distill-steps = 1 } ] }");
        assertEquals(ExitCode.DONE, execute("inspect", conf.toString(), "--json"), text(err));
        JsonObject json = JsonParser.parseString(text(out)).getAsJsonObject();
        JsonObject teacher = json.getAsJsonObject("teacher");
        assertEquals(151_277_313, teacher.get("total").getAsLong());
        assertEquals("exact", teacher.getAsJsonObject("padded").get("known").getAsString());
        JsonObject stage = json.getAsJsonArray("stages").get(0).getAsJsonObject();
        assertEquals(120_571_905, stage.get("total").getAsLong());
        JsonObject padded = stage.getAsJsonObject("padded");
        assertEquals(known, padded.get("known").getAsString());
        assertEquals(total, padded.get("total").getAsLong());
        out.reset();
        assertEquals(ExitCode.DONE, execute("inspect", conf.toString()));
        assertTrue(text(out).contains("  hf and openclip: " + words), text(out));
        assertTrue(text(out).contains("<="), text(out));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void placeholdersAreRefusedInOneLine(Path recipe) {
        assertEquals(
                ExitCode.WRONG_USE,
                execute("run", recipe.toString(), "-Dtinyclip.run.folder=" + folder.resolve("run")));
        assertEquals(1, text(err).lines().count(), text(err));
        assertTrue(text(err).contains("tinyclip.data.train"), text(err));
    }

    @Test
    void inspectTakesSettingsAsRunDoes() {
        String recipe = recipe("vit-45m-32-text-18m");
        String stages = "-Dtinyclip.stages=[{keep=0.5,inherit-steps=1000,distill-steps=1}]";
        assertEquals(ExitCode.DONE, execute("inspect", recipe, "--json", stages), text(err));
        JsonObject json = JsonParser.parseString(text(out)).getAsJsonObject();
        assertEquals(1, json.getAsJsonArray("stages").size());
        assertEquals(ExitCode.WRONG_USE, execute("inspect", "builtin", "-Dtinyclip.sed=1"));
        assertTrue(text(err).contains("did you mean tinyclip.seed?"), text(err));
    }

    @Test
    void inspectReadsATeacherThatHasNoNameAndRefusesOneThatIsNotThere() throws IOException {
        Path recipe = Files.writeString(folder.resolve("mine.conf"), "tinyclip.teacher = builtin");
        assertEquals(ExitCode.DONE, execute("inspect", recipe.toString()), text(err));
        assertTrue(text(out).contains("teacher: builtin"), text(out));
        assertFalse(text(out).contains("by hand"), text(out));
        Files.writeString(recipe, "tinyclip.teacher = nowhere");
        assertEquals(ExitCode.WRONG_USE, execute("inspect", recipe.toString()));
        assertTrue(text(err).contains("or set tinyclip.teacher-architecture"), text(err));
    }

    private JsonObject inspect(String name) {
        assertEquals(ExitCode.DONE, execute("inspect", recipe(name), "--json"), text(err));
        return JsonParser.parseString(text(out)).getAsJsonObject();
    }

    private static String recipe(String name) {
        return FOLDER.resolve("tinyclip-" + name + ".conf").toString();
    }

    /** With as many digits as the published figure has. */
    private static String rounded(long value, double unit, String published) {
        int point = published.indexOf('.');
        int digits = point < 0 ? 0 : published.length() - point - 1;
        return String.format(Locale.ROOT, "%." + digits + "f", value / unit);
    }

    private int execute(String... arguments) {
        return CommandLineTool.execute(new Tools(NoEngine::new, NoProgress::new, print(out), print(err)), arguments);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
