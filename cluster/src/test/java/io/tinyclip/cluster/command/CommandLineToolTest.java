package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.machine.TorchEngine;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineToolTest {
    private static final String TINY = Path.of("..", "conf", "tiny.conf").toString();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @Test
    void helpNamesEveryCommandThatExists() {
        assertEquals(ExitCode.DONE, execute("--help"));
        for (String command : List.of(
                "run",
                "pretrain",
                "node",
                "status",
                "stop",
                "board",
                "evaluate",
                "embed",
                "inspect",
                "export",
                "bench")) {
            assertTrue(text(out).contains("\n  " + command + " "), text(out));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "pretrain",
                "node",
                "status",
                "stop",
                "board",
                "evaluate",
                "embed",
                "inspect",
                "export",
                "bench"
            })
    void everyCommandHasHelp(String command) {
        assertEquals(ExitCode.DONE, execute(command, "--help"));
        assertTrue(text(out).startsWith("Usage: coordinator.jar " + command), text(out));
    }

    @Test
    void inspectTellsHowWeightsWithoutAConfigWereTaken() {
        Path weights = Path.of("..", "tinyclip/src/test/resources/io/tinyclip/models/tinyclip-auto.pt");
        assertEquals(ExitCode.DONE, execute("inspect", weights.toString()), text(err));
        assertTrue(text(out).contains("tinyclip-auto.pt\nassumed"), text(out));
        assertTrue(text(out).contains("activation gelu, a head for every 64 channels"), text(out));
    }

    @Test
    void whatAUserSaysOfAModelGoesOverItsFiles() {
        String weights = Path.of("..", "tinyclip/src/test/resources/io/tinyclip/models/openclip-vit.pt")
                .toString();
        String[] line = {"inspect", weights, "--activation", "quick_gelu", "--head-width", "16", "--image-size", "64"};
        assertEquals(ExitCode.DONE, execute(line), text(err));
        assertTrue(text(out).contains("64 pixels"), text(out));
        assertTrue(text(out).contains("quick_gelu"), text(out));
        assertTrue(text(out).contains("head width 16"), text(out));
    }

    @Test
    void versionIsPrinted() {
        assertEquals(ExitCode.DONE, execute("--version"));
        assertTrue(text(out).startsWith("TinyCLIP on Akka"), text(out));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "inspect", "run --colour", "evaluate x", "embed x", "evaluate x --data y --task z"})
    void wrongUseIsTwoAndShowsTheUsage(String line) {
        assertEquals(ExitCode.WRONG_USE, execute(line.split(" ")));
        assertTrue(text(err).contains("Usage: "), text(err));
    }

    @Test
    void aWrongCommandIsTwoAndNamesANeighbour() {
        assertEquals(ExitCode.WRONG_USE, execute("pretrian"));
        assertTrue(text(err).contains("Did you mean: coordinator.jar pretrain"), text(err));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tinyclip.batch=500",
                "tinyclip.bach=500",
                "tinyclip.teacher=nowhere",
                "tinyclip.data.train=icons:trane",
                "tinyclip.data.train=nowhere.tar"
            })
    void badInputIsTwoInOneLine(String setting) {
        int code = execute(
                "run",
                TINY,
                "-D" + setting,
                "-Dtinyclip.run.folder=" + folder.resolve("run"),
                "-Dtinyclip.cache.folder=" + folder.resolve("cache"),
                "-Dtinyclip.data.icons=10",
                "-Dtinyclip.threads=1");
        assertEquals(ExitCode.WRONG_USE, code, text(err));
        assertTrue(text(err).startsWith("error: "), text(err));
        assertEquals(
                1, text(err).lines().filter(line -> line.startsWith("error")).count(), text(err));
        assertFalse(text(err).contains("\tat "), text(err));
    }

    @Test
    void inspectPrintsTheSameFiguresBothWays() {
        Path model = model();
        assertEquals(ExitCode.DONE, execute("inspect", model.toString(), "--json"));
        JsonObject json = JsonParser.parseString(text(out)).getAsJsonObject();
        assertEquals(
                49408L * 128,
                json.getAsJsonObject("params").get("tokenEmbedding").getAsLong());
        assertEquals(4, json.getAsJsonObject("image").getAsJsonArray("layers").size());
        out.reset();
        assertEquals(ExitCode.DONE, execute("inspect", model.toString()));
        assertTrue(text(out).contains(String.format("%,d", json.get("macs").getAsLong())), text(out));
        assertTrue(text(out).contains("image tower: width 128, head width 32"), text(out));
        assertTrue(text(out).contains("as hf and openclip hold it      as it is, without padding"), text(out));
        assertEquals(json.get("total"), json.getAsJsonObject("padded").get("total"));
    }

    @Test
    void embedNeedsSomethingToEmbed() {
        int code = execute(
                "embed",
                model().toString(),
                "--out",
                folder.resolve("e.safetensors").toString());
        assertEquals(ExitCode.WRONG_USE, code);
        assertTrue(text(err).contains("give --images, --texts or both"), text(err));
    }

    @Test
    void aFailureIsOneLineAndOne() {
        assertEquals(ExitCode.FAILED, report(new IllegalStateException("the step\nbroke")));
        assertEquals(1, text(err).lines().count());
        assertTrue(text(err).startsWith("error: IllegalStateException: the step broke"), text(err));
    }

    @Test
    void aGpuThatIsNotThereIsRefusedBeforeAnythingIsDone() {
        Path runs = folder.resolve("run");
        Tools real = new Tools(TorchEngine::new, NoProgress::new, print(out), print(err));
        String[] arguments = {"run", TINY, "-Dtinyclip.device=cuda:99", "-Dtinyclip.run.folder=" + runs};
        assertEquals(ExitCode.WRONG_USE, CommandLineTool.execute(real, arguments));
        assertEquals(1, text(err).lines().count());
        assertTrue(text(err).startsWith("error: tinyclip.device [cuda:99] "), text(err));
        assertFalse(Files.exists(runs));
    }

    @Test
    void aFullDiskSaysWhatToDo() {
        IOException full = new IOException("write: No space left on device");
        assertEquals(ExitCode.FAILED, report(new RuntimeException(new UncheckedIOException("cannot write [x]", full))));
        assertTrue(text(err).contains("the disk is full"), text(err));
        assertEquals(
                ExitCode.FAILED, report(new IllegalStateException("CUDA out of memory. Tried to allocate 2 GiB.")));
        assertTrue(text(err).contains("the GPU's memory is full"), text(err));
    }

    @Test
    void memoryThatRunsOutSaysWhatToDo() {
        assertEquals(ExitCode.FAILED, report(new RuntimeException(new OutOfMemoryError("Java heap space"))));
        assertTrue(text(err).contains("-Xmx"), text(err));
    }

    @Test
    void inputThatIsFoundBadDeepInsideIsStillTwo() {
        assertEquals(ExitCode.WRONG_USE, report(new RuntimeException(new InvalidInputException("tar [x] is torn"))));
        assertEquals("error: tar [x] is torn\n", text(err));
    }

    private int report(Throwable error) {
        return Failure.report(error, print(err));
    }

    private Path model() {
        ModelShape shape = SettingsFile.defaults(Map.of()).pretrain().model();
        Layout layout = Model.layoutOf(shape);
        Model model = Model.of(
                shape,
                FloatVector.of(Initialization.random(layout, 1)),
                Preprocessing.clip(shape.image().imageSize()),
                new JsonObject());
        ModelFolder.write(folder.resolve("model"), model, StoredFloat.F16);
        return folder.resolve("model");
    }

    private int execute(String... arguments) {
        Tools tools = new Tools(NoEngine::new, NoProgress::new, print(out), print(err));
        return CommandLineTool.execute(tools, arguments);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
