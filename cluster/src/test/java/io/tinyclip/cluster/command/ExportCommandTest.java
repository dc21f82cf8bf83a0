package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.record.RunNumerics;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.formats.HuggingFaceExport.Layers;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an export leaves beside the weights, and what it says of them. */
final class ExportCommandTest {
    private static final Pattern COSINES =
            Pattern.compile("least cosine to the original: pictures (\\S+), texts (\\S+) \\(of 8\\)");
    private static final Pattern OF_FEWER_TEXTS =
            Pattern.compile("least cosine to the original: pictures (\\S+) \\(of 8\\), texts (\\S+) \\(of 2\\)");
    private static final int VOCABULARY = 49_408;

    @TempDir
    private Path folder;

    private final CommandRun commands = CommandRun.quiet();

    @BeforeEach
    void writeAModelWhoseLayersDiffer() {
        ModelFolder.write(folder.resolve("model"), model(), StoredFloat.F32);
    }

    private static Model model() {
        ModelShape shape = new ModelShape(
                16,
                Activation.GELU,
                new VisionTransformer(16, 8, 16, 8, List.of(new LayerShape(2, 24), new LayerShape(1, 32))),
                new TextTower(12, VOCABULARY, 16, 8, List.of(new LayerShape(2, 32))));
        Layout layout = Model.layoutOf(shape);
        return Model.of(
                shape, FloatVector.of(Initialization.random(layout, 3)), Preprocessing.clip(16), new JsonObject());
    }

    @Test
    void halfPrecisionIsHalfTheSizeAndSaysHowNearItIs() throws IOException {
        export("hf", "whole");
        assertFalse(commands.out().contains("cosine"), "unasked, nothing is computed");
        for (String format : List.of("hf", "openclip")) {
            export(format, format, "--weights", "fp16");
            assertTrue(leastCosine() > 0.9999 && leastCosine() < 1.000001, commands.out());
        }
        long whole = Files.size(folder.resolve("whole/model.safetensors"));
        long half = Files.size(folder.resolve("hf/model.safetensors"));
        assertTrue(half < 0.51 * whole, half + " of " + whole);
        assertTrue(Files.readString(folder.resolve("hf/config.json")).contains("\"torch_dtype\": \"float16\""));
    }

    @Test
    void paddedLayersChangeNoEmbedding() {
        export("hf", "checked", "--check");
        assertTrue(leastCosine() > 0.99999, commands.out());
    }

    @Test
    void saysWhatPaddingCosts() {
        export("openclip", "told");
        assertTrue(
                commands.out()
                        .lines()
                        .anyMatch(line -> line.matches(
                                "parameters 0\\.80 M in all, written: 0\\.80 M in all, \\+0\\.1 % \\(\\D+ \\+\\S+ %\\) of"
                                        + " zeros that make layers alike")),
                commands.out());
    }

    @Test
    void layersMayStayUnevenForTransformersAlone() throws IOException {
        export("hf", "uneven", "--layers", "uneven", "--weights", "fp16");
        assertTrue(commands.out().contains("in all, written: as it is, without padding"), commands.out());
        assertTrue(leastCosine() > 0.9999, commands.out());
        assertTrue(Files.exists(folder.resolve("uneven/modeling_tinyclip.py")));
        String card = Files.readString(folder.resolve("uneven/README.md"));
        assertTrue(card.contains("model = AutoModel.from_pretrained(\"PATH\", trust_remote_code=True)"), card);
        assertFalse(card.contains("Zeros"), card);
        export("hf", "padded");
        String padded = Files.readString(folder.resolve("padded/README.md"));
        assertTrue(padded.contains("model = CLIPModel.from_pretrained(\"PATH\")"), padded);
        assertTrue(padded.contains("Zeros that make its layers alike raise that to 0.80 million"), padded);
        assertEquals(
                ExitCode.WRONG_USE,
                commands.execute(
                        "export",
                        folder.resolve("model").toString(),
                        "--format=openclip",
                        "--layers=uneven",
                        "--out=" + folder.resolve("refused")));
        assertTrue(commands.err().contains("--layers uneven is for hf"), commands.err());
        assertTrue(Files.notExists(folder.resolve("refused")));
    }

    /** 49,410 x 4 numbers in onnx, 49,408 x 16 in hf. */
    @Test
    void saysWhereBothFactorsOfATokenTableAre() throws IOException {
        ModelShape shape = model().shape().withTokenRank(4);
        float[] vector = Initialization.random(Model.layoutOf(shape), 3);
        Model product = Model.of(shape, FloatVector.of(vector), Preprocessing.clip(16), new JsonObject());
        ModelFolder.write(folder.resolve("model"), product, StoredFloat.F32);
        export("onnx", "onnx");
        assertTrue(commands.out().contains("token table 0.20 of 49408 rows and rank 4"), commands.out());
        export("hf", "hf", "--check");
        assertTrue(leastCosine() > 0.99999, commands.out());
        assertTrue(commands.out().contains("; the token table is multiplied out there: onnx"), commands.out());
        assertTrue(Files.size(folder.resolve("onnx/text_encoder.onnx"))
                < Files.size(folder.resolve("hf/model.safetensors")) / 3);
        String card = Files.readString(folder.resolve("hf/README.md"));
        assertTrue(card.contains("token table 0.79 of 49408 rows"), card);
        assertTrue(card.contains("a product of rank 4, which is multiplied out here"), card);
        export("torchscript", "script", "--check");
        assertTrue(leastCosine() > 0.99999, commands.out());
        commands.execute("inspect", folder.resolve("model").toString());
        assertTrue(commands.out().contains("rank 4: 49,408 x 4 times 4 x 16"), commands.out());
        assertTrue(commands.out().contains("onnx, torchscript and our own hold both factors"), commands.out());
    }

    @Test
    void theCardSaysSizesAndLicence() throws IOException {
        export("hf", "bare");
        String bare = Files.readString(folder.resolve("bare/README.md"));
        assertTrue(bare.startsWith("---\nlibrary_name: transformers\n"), bare);
        assertTrue(bare.contains("token table 0.79 of 49408 rows; 3.") && bare.contains("Not said."), bare);
        export("hf", "licensed", "--license", "apache-2.0");
        String licensed = Files.readString(folder.resolve("licensed/README.md"));
        assertTrue(licensed.startsWith("---\nlicense: apache-2.0\n"), licensed);
    }

    @Test
    void theCardOfARunsModelHasItsFigures() {
        RunRecord record = RunRecord.fresh(
                new RunRecord.Beginning("run", "small-clip", 7, Map.of("tinyclip.teacher", "0a1b"), Optional.empty()),
                RunNumerics.begun(Numerics.STRICT));
        String card = new ModelCard(model(), Optional.of(record), Optional.empty(), Layers.PADDED).text(1_234_567);
        assertTrue(card.contains("# CLIP small-clip") && card.contains("; 1.23 MB of weights"), card);
        assertTrue(card.contains("| seed | `7` |") && card.contains("| tinyclip.teacher, SHA-256 | `0a1b` |"), card);
    }

    @Test
    void onnxInFewerBitsSaysWhatTheyCost() throws IOException {
        export("onnx", "whole");
        assertFalse(commands.out().contains("cosine"), "unasked, nothing is computed");
        assertTrue(commands.out().contains("0.79 of 49408 rows; "), commands.out());
        long whole = Files.size(folder.resolve("whole/text_encoder.onnx"));
        export("onnx", "half", "--weights", "fp16");
        assertTrue(leastCosine() > 0.9999, commands.out());
        export("onnx", "bytes", "--weights", "int8");
        assertTrue(leastCosine() > 0.99 && leastCosine() < 1, commands.out());
        assertTrue(commands.out().contains("by the rounded weights alone"), commands.out());
        assertTrue(Files.size(folder.resolve("half/text_encoder.onnx")) < 0.52 * whole);
        assertTrue(Files.size(folder.resolve("bytes/text_encoder.onnx")) < 0.35 * whole);
    }

    @Test
    void torchscriptIsReadBack() {
        export("torchscript", "script", "--check");
        assertEquals(1, leastCosine(), 1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf", "openclip", "onnx", "torchscript"})
    void theTokenTableIsCutToTheTokensOfTexts(String format) throws IOException {
        Path texts = Files.write(folder.resolve("texts.txt"), List.of("a photo of a dog", "", "two cats"));
        List<String> check = format.equals("torchscript") ? List.of() : List.of("--weights", "fp16");
        List<String> more = new ArrayList<>(List.of("--tokens-of", texts.toString()));
        more.addAll(check);
        export(format, format, more.toArray(String[]::new));
        assertTrue(commands.out().contains("] of [49408] rows; before 0.8"), commands.out());
        assertTrue(commands.out().contains("token table 0.01 of 5"), commands.out());
        assertTrue(Files.exists(folder.resolve(format).resolve("tokenizer.json")));
        if (!check.isEmpty()) {
            assertTrue(leastCosine(OF_FEWER_TEXTS) > 0.9999, commands.out());
        }
    }

    @Test
    void refusesTextsThatAreNone() throws IOException {
        Path texts = Files.write(folder.resolve("none.txt"), List.of("", " "));
        String[] words = {
            "export",
            folder.resolve("model").toString(),
            "--format",
            "hf",
            "--out",
            folder.resolve("out").toString(),
            "--tokens-of",
            texts.toString()
        };
        assertEquals(ExitCode.WRONG_USE, commands.execute(words));
        assertTrue(commands.err().contains("has no text; give one a line"), commands.err());
        assertTrue(Files.notExists(folder.resolve("out")));
    }

    @ParameterizedTest
    @CsvSource({
        "hf, --weights, int8, --weights int8 is for onnx",
        "torchscript, --weights, fp16, half() makes it",
        "onnx, --weights, fp16 --check, --check is for hf"
    })
    void refusesNumbersThatAFormatDoesNotHave(String format, String option, String value, String line) {
        List<String> words =
                new ArrayList<>(List.of("export", folder.resolve("model").toString(), "--format", format, option));
        words.addAll(List.of(value.split(" ")));
        words.addAll(List.of("--out", folder.resolve("out").toString()));
        assertEquals(ExitCode.WRONG_USE, commands.execute(words.toArray(String[]::new)));
        assertTrue(commands.err().contains(line), commands.err());
        assertTrue(Files.notExists(folder.resolve("out")));
    }

    private void export(String format, String name, String... more) {
        commands.forgetOut();
        String[] words = {
            "export",
            folder.resolve("model").toString(),
            "--format",
            format,
            "--out",
            folder.resolve(name).toString(),
            "-Dtinyclip.cache.folder=" + folder.resolve("cache")
        };
        String[] all = new String[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        assertEquals(ExitCode.DONE, commands.execute(all), commands.err());
    }

    private double leastCosine() {
        return leastCosine(COSINES);
    }

    private double leastCosine(Pattern line) {
        Matcher cosines = line.matcher(commands.out());
        assertTrue(cosines.find(), commands.out());
        return Math.min(Double.parseDouble(cosines.group(1)), Double.parseDouble(cosines.group(2)));
    }
}
