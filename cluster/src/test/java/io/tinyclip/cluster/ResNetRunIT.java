package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.files.Model;
import io.tinyclip.formats.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Promise 2 for a residual network, whose batch statistics are part of the state: by the packaged jar. */
final class ResNetRunIT {
    private static final int STEPS = 12;
    private static final float OTHER_RUNTIME = 1e-4f;
    /** To which a student chosen by hand says what it keeps. */
    private static final double FOUR_DIGITS = 0.5e-4 + 1e-9;

    private static final String CONF = """
            tinyclip {
              teacher = "%s"
              batch = 64
              partitions = 4
              stages = [
                { student { image { width = 6 }, text { width = 24 } }, distill-steps = 6 }
                { student { image { width = 4 }, text { width = 16, layers = 1 } }, distill-steps = 6 }
              ]
              data { icons = 200, evaluate = "icons:train" }
              optimizer { warmup-steps = 2 }
              checkpoint { steps = 2 }
            }
            """;

    private static final String CONF_WITH_MASKS = """
            tinyclip {
              teacher = "%s"
              batch = 64
              stages = [{ keep = 0.5, inherit-steps = 200, distill-steps = 1 }]
              data { icons = 200 }
            }
            """;

    @TempDir
    private static Path folder;

    private static Path conf = Path.of("");
    private static JsonObject undisturbed = new JsonObject();

    @BeforeAll
    static void runUndisturbed() throws Exception {
        Path teacher = RandomModels.resNet(folder.resolve("teacher"));
        conf = Files.writeString(folder.resolve("resnet.conf"), CONF.formatted(teacher));
        undisturbed = named("undisturbed").finishes(1, 1).record();
    }

    @Test
    void reportsStudentsThatShrink() throws IOException {
        assertTrue(undisturbed.get("finished").getAsBoolean());
        JsonObject teacher = undisturbed.getAsJsonObject("teacher");
        JsonArray stages = undisturbed.getAsJsonArray("stages");
        assertEquals(2, stages.size());
        JsonObject before = teacher;
        for (int i = 0; i < stages.size(); i++) {
            JsonObject stage = stages.get(i).getAsJsonObject();
            double share = (double) TrainingRun.parameters(stage) / TrainingRun.parameters(teacher);
            assertEquals(share, stage.get("keep").getAsDouble(), FOUR_DIGITS);
            assertEquals(1 - share, stage.get("sparsity").getAsDouble(), FOUR_DIGITS);
            assertTrue(TrainingRun.parameters(stage) < TrainingRun.parameters(before), stage.toString());
            assertTrue(stage.get("macs").getAsLong() < before.get("macs").getAsLong(), stage.toString());
            assertEquals(STEPS / 2, stage.get("steps").getAsInt());
            assertTrue(stage.getAsJsonObject("metrics").has("name.r@5"));
            before = stage;
        }
        assertEquals(STEPS, named("undisturbed").steps());
    }

    @Test
    void workersAndServersDoNotChangeTheDigest() throws Exception {
        assertSameResult(named("w3s2").finishes(3, 2));
    }

    @Test
    void killedTheRunGoesOnToTheSameDigest() throws Exception {
        TrainingRun run = named("killed");
        Process process = run.start(2, 2);
        run.awaitStep(process, STEPS / 2 - 1);
        run.ends(TrainingRun.KILLED, process.destroyForcibly());
        assertSameResult(run.finishes(3, 1));
    }

    @Test
    void itsStudentIsInspected() throws Exception {
        String output =
                PackagedJar.run("inspect", student()).requireExit(ExitCode.DONE).output();
        assertTrue(output.contains("residual network, width 4, blocks [1, 1, 1, 1], 16 heads of 8"), output);
    }

    @Test
    void anotherRuntimeEmbedsItsStudentAsWeDo() throws Exception {
        Samples samples = new Samples(Files.createDirectory(folder.resolve("samples")));
        samples.byJar(student())
                .assertSame(samples.byOnnx(Models.read(Path.of(student())), export("onnx")), OTHER_RUNTIME);
    }

    @ParameterizedTest
    @CsvSource({"openclip, ''", "torchscript, model.torchscript.pt"})
    void itsStudentComesBackWithTheSameBits(String format, String file) throws Exception {
        Model expected = Models.read(Path.of(student()));
        Model back = Models.read(export(format).resolve(file));
        assertEquals(expected.shape(), back.shape());
        assertEquals(-1, expected.vector().bytes().mismatch(back.vector().bytes()));
    }

    @Test
    void masksOnItAreRefused() throws Exception {
        Path masks = folder.resolve("masks");
        Path learned =
                Files.writeString(folder.resolve("masks.conf"), CONF_WITH_MASKS.formatted(folder.resolve("teacher")));
        PackagedJar.run("run", learned.toString(), "-Dtinyclip.run.folder=" + masks)
                .requireRefusal("residual network, which has no heads", "student");
        assertFalse(Files.exists(masks.resolve("metrics.jsonl")));
    }

    private static String student() {
        return named("undisturbed").folder().resolve("model").toString();
    }

    private static Path export(String format) throws Exception {
        Path out = folder.resolve(format);
        PackagedJar.run("export", student(), "--format=" + format, "--out=" + out)
                .requireExit(ExitCode.DONE);
        return out;
    }

    private static TrainingRun named(String name) {
        return new TrainingRun(conf, folder.resolve(name), List.of(PackagedJar.BRIEF));
    }

    private static void assertSameResult(TrainingRun run) throws IOException {
        run.requireResult(undisturbed, 2, STEPS);
    }
}
