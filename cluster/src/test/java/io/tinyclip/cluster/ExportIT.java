package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.Samples.Embeddings;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.settings.TeachingSettings;
import io.tinyclip.files.Model;
import io.tinyclip.formats.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code export} by the packaged jar, and what comes back from it by {@code embed}, {@code run} and another runtime. */
final class ExportIT {
    /** What the TorchScript format writes. */
    private static final String ARCHIVE = "model.torchscript.pt";

    private static final float ROUNDING = 1e-5f;
    private static final float OTHER_RUNTIME = 1e-4f;
    private static final String CONF = """
            tinyclip {
              batch = 32
              partitions = 4
              stages = [{ keep = 0.5, inherit-steps = 20, distill-steps = 4 }]
              data { icons = 100, evaluate = "icons:train" }
              mask { rate = 0.5, multiplier-rate = 0.5 }
            }
            """;

    @TempDir
    private static Path folder;

    private static Samples samples;
    private static Embeddings ofBuiltin;
    private static Path student;
    private static Embeddings ofStudent;

    @BeforeAll
    static void embedBeforeExporting() throws Exception {
        Platform.prepare();
        samples = new Samples(folder);
        ofBuiltin = samples.byJar(TeachingSettings.BUILTIN);
        student = RandomModels.cutUnevenly(folder.resolve("student"));
        ofStudent = samples.byEngine(Models.read(student));
    }

    @ParameterizedTest
    @CsvSource({"hf, ''", "openclip, ''", "torchscript, " + ARCHIVE})
    void theBuiltInTeacherComesBackWithTheSameBits(String format, String file) throws Exception {
        Path written = export(TeachingSettings.BUILTIN, format).resolve(file);
        ofBuiltin.assertSameBits(samples.byJar(written.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf", "openclip"})
    void aStudentCutUnevenlyComesBackButForTheRoundingOfItsPadding(String format) throws Exception {
        Model back = Models.read(export(student.toString(), format));
        ofStudent.assertSame(samples.byEngine(back), ROUNDING);
    }

    @Test
    void aStudentCutUnevenlyComesBackFromTorchScriptWithTheSameBits() throws Exception {
        Model back = Models.read(export(student.toString(), "torchscript").resolve(ARCHIVE));
        ofStudent.assertSameBits(samples.byEngine(back));
    }

    @Test
    void anotherRuntimeEmbedsTheBuiltInTeacherAsWeDo() throws Exception {
        Path written = export(TeachingSettings.BUILTIN, "onnx");
        ofBuiltin.assertSame(samples.byOnnx(Teachers.read(TeachingSettings.BUILTIN), written), OTHER_RUNTIME);
    }

    @Test
    void anotherRuntimeEmbedsAStudentCutUnevenlyAsWeDo() throws Exception {
        Path written = export(student.toString(), "onnx");
        ofStudent.assertSame(samples.byOnnx(Models.read(student), written), OTHER_RUNTIME);
    }

    @Test
    void aRunThatBeginsWithTheExportedTeacherEndsWithTheSameDigest() throws Exception {
        TrainingRun expected = compress(TeachingSettings.BUILTIN, "from-builtin");
        TrainingRun run = compress(export(TeachingSettings.BUILTIN, "hf").toString(), "from-hf");
        assertEquals(expected.record().get("digest"), run.record().get("digest"));
        assertEquals(expected.record().get("inputs"), run.record().get("inputs"));
        assertEquals(expected.stage(0).get("metrics"), run.stage(0).get("metrics"));
    }

    @Test
    void aFolderWithSomethingInItIsRefusedAndLeftAlone() throws Exception {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Path note = Files.writeString(taken.resolve("note.txt"), "mine");
        PackagedJar.run("export", TeachingSettings.BUILTIN, "--format=onnx", "--out=" + taken)
                .requireRefusal("--out", taken.toString());
        assertEquals(List.of(note), filesOf(taken));
    }

    @Test
    void aFormatThatCannotHoldTheModelIsRefusedByNameAndLeavesNothing() throws Exception {
        Path place = Files.createDirectory(folder.resolve("refused"));
        Path resNet = RandomModels.resNet(place.resolve("resnet"));
        PackagedJar.run("export", resNet.toString(), "--format=hf", "--out=" + place.resolve("out"))
                .requireRefusal("Hugging Face", "ResNet", "openclip");
        assertEquals(List.of(resNet), filesOf(place));
    }

    private static TrainingRun compress(String teacher, String name) throws Exception {
        Path conf = Files.writeString(folder.resolve("short.conf"), CONF);
        return new TrainingRun(conf, folder.resolve(name), List.of(PackagedJar.BRIEF))
                .finishes(2, 2, "-Dtinyclip.teacher=" + teacher);
    }

    /** A folder of its own with the model in that format. */
    private static Path export(String model, String format) throws Exception {
        Path out = Files.createTempDirectory(folder, format);
        PackagedJar.Result result = PackagedJar.run("export", model, "--format=" + format, "--out=" + out)
                .requireExit(ExitCode.DONE);
        for (Path file : filesOf(out)) {
            assertTrue(result.output().contains(file + " " + Files.size(file)), result.output());
        }
        return out;
    }

    private static List<Path> filesOf(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.sorted().toList();
        }
    }
}
