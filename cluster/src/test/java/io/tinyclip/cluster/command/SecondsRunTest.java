package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose budget is in seconds, and which drops a layer for them, from the recipe to files for others. */
final class SecondsRunTest {
    @TempDir
    private static Path shared;

    private static Path conf;
    private static final CommandRun TRAINED = CommandRun.quiet();

    private final CommandRun commands = CommandRun.quiet();

    @BeforeAll
    static void trainsTwoStages() throws IOException {
        Path tar = CrawledTar.write(shared.resolve("pairs.tar"), Map.of());
        String layer = "{ any-head = 4e-7, head = 1e-9, head-channel = 1e-10, any-neuron = 4e-7, neuron = 1e-9 }";
        String tower = "{ inner = " + layer + ", last = " + layer + " }";
        conf = SmallRecipe.write(
                shared,
                shared.resolve("teacher"),
                "train = \"" + tar + "\", evaluate = \"" + tar + "\", views = 2",
                "budget { unit = seconds, costs { image = " + tower + ", text = " + tower + " } },"
                        + " mask { minimum-heads = 0, exportable = false }, stages = ["
                        + " { keep = 0.4, inherit-steps = 5, distill-steps = 2 },"
                        + " { keep = 0.3, inherit-steps = 5, distill-steps = 2 } ]");
        assertEquals(
                ExitCode.DONE,
                TRAINED.execute("pretrain", conf.toString(), "-Dtinyclip.run.folder=" + shared.resolve("teacher")),
                TRAINED.err());
        assertEquals(ExitCode.DONE, TRAINED.run(conf, shared.resolve("run")), TRAINED.err());
    }

    @Test
    void aLayerIsGoneAfterTheFirstStageAndTheSecondGoesOn() throws IOException {
        ModelShape first =
                Teachers.read(shared.resolve("run/model-40").toString()).shape();
        ModelShape last = student();
        assertTrue(layers(first).anyMatch(new LayerShape(0, 0)::equals), first.toString());
        assertTrue(layers(last).anyMatch(new LayerShape(0, 0)::equals), last.toString());
        assertEquals(2, last.vision().layers().size());
        JsonObject record = CommandRun.record(shared.resolve("run"));
        assertEquals(2, record.getAsJsonArray("stages").size());
        assertEquals(
                "seconds",
                record.getAsJsonObject("settings")
                        .getAsJsonObject("tinyclip")
                        .getAsJsonObject("budget")
                        .get("unit")
                        .getAsString());
        String report = Files.readString(shared.resolve("run/report.html"));
        assertTrue(report.contains("stages keep a share of"), "the page says what is counted");
    }

    @Test
    void theSameSettingsGiveTheSameBitsAndOtherCostsAreRefusedTheFolder() throws IOException {
        Path again = shared.resolve("again");
        assertEquals(ExitCode.DONE, commands.run(conf, again, "tinyclip.workers=2"), commands.err());
        assertEquals(
                CommandRun.record(shared.resolve("run")).get("digest"),
                CommandRun.record(again).get("digest"));
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, again, "tinyclip.budget.costs.text.last.neuron=2e-9"));
        assertTrue(commands.err().contains("tinyclip.budget.costs.text.last.neuron: "), commands.err());
    }

    @Test
    void suchAStudentIsToldAndExported() {
        String model = shared.resolve("run/model").toString();
        assertEquals(ExitCode.DONE, commands.execute("inspect", model), commands.err());
        for (String format : new String[] {"onnx", "torchscript"}) {
            String to = shared.resolve(format).toString();
            assertEquals(
                    ExitCode.DONE, commands.execute("export", model, "--format", format, "--out", to), commands.err());
        }
        String to = shared.resolve("openclip").toString();
        int code = commands.execute("export", model, "--format", "openclip", "--out", to);
        boolean fits = student().image().width() % 16 == 0 && student().text().width() % 16 == 0;
        assertEquals(fits ? ExitCode.DONE : ExitCode.WRONG_USE, code, commands.err());
    }

    @Test
    void inspectAndPlanDoNotSpeakOfParameters() {
        assertEquals(ExitCode.DONE, commands.execute("inspect", conf.toString()), commands.err());
        assertTrue(commands.out().contains("joint budget 40.00 % of the teacher's seconds; nominal"), commands.out());
        commands.forgetOut();
        assertEquals(ExitCode.DONE, commands.execute("plan", conf.toString(), "--no-probe"), commands.err());
        assertFalse(commands.out().contains("parameters"), commands.out());
    }

    private static ModelShape student() {
        return Teachers.read(shared.resolve("run/model").toString()).shape();
    }

    private static Stream<LayerShape> layers(ModelShape shape) {
        return Stream.of(shape.vision(), shape.text()).flatMap(tower -> tower.layers().stream());
    }
}
