package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.files.Safetensors;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.files.StrictJson;
import io.tinyclip.formats.HuggingFaceExport.Layers;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that differ, in Hugging Face's folder as they are. */
class UnevenExportTest {
    @TempDir
    Path folder;

    /** Halves that are cut away, a width that no padding helps, more heads than the width has room for, layers alike. */
    static Stream<Model> models() {
        LayerShape many = new LayerShape(5, 3);
        return Stream.of(
                SmallModels.cut(),
                SmallModels.of(
                        new VisionTransformer(8, 4, 10, 4, List.of(many, new LayerShape(1, 7))),
                        new TextTower(7, 11, 9, 4, List.of(many))),
                SmallModels.uniform());
    }

    @ParameterizedTest
    @MethodSource("models")
    void comesBackWithItsBits(Model model) {
        ModelsTest.assertSame(model, Models.read(written(model)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void addsNoFloat(Model model) {
        Path tensors = written(model).resolve("model.safetensors");
        long floats;
        try (Safetensors file = Safetensors.open(tensors)) {
            floats = file.names().stream()
                    .mapToLong(name -> file.shape(name).stream().reduce(1L, (a, b) -> a * b))
                    .sum();
        }
        assertEquals(Counts.of(model.shape()).total(), floats);
    }

    @Test
    void carriesTheCodeThatLoadsIt() throws IOException {
        Path out = written(SmallModels.cut());
        JsonObject config = StrictJson.read(out.resolve("config.json"));
        String code = Files.readString(out.resolve("modeling_tinyclip.py"));
        config.getAsJsonObject("auto_map").entrySet().forEach(entry -> {
            String[] place = entry.getValue().getAsString().split("\\.");
            assertEquals("modeling_tinyclip", place[0]);
            assertTrue(code.contains("\nclass " + place[1] + "("), place[1]);
        });
        assertTrue(config.getAsJsonObject("auto_map").keySet().containsAll(List.of("AutoConfig", "AutoModel")));
        assertEquals("tinyclip", config.get("model_type").getAsString());
        assertTrue(code.contains("model_type = \"tinyclip\""));
        JsonObject vision = config.getAsJsonObject("vision_config");
        assertEquals("[2,0,3]", vision.get("layer_heads").toString());
        assertEquals("[5,3,0]", vision.get("layer_neurons").toString());
        assertEquals(4, vision.get("head_width").getAsInt());
        for (String key : List.of("layer_heads", "layer_neurons", "head_width")) {
            assertTrue(code.contains("config." + key), key);
        }
    }

    @Test
    void paddedFoldersHaveNoCode() {
        HuggingFaceExport.write(SmallModels.cut(), folder.resolve("padded"));
        assertFalse(Files.exists(folder.resolve("padded/modeling_tinyclip.py")));
        assertFalse(StrictJson.read(folder.resolve("padded/config.json")).has("auto_map"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text_config.layer_heads     | [1, 0]       | must have num_hidden_layers [3] entries each
            vision_config.layer_neurons | -            | field [layer_neurons] is missing
            vision_config.head_width    | -            | field [head_width] is missing
            vision_config.layer_heads   | [2, -1, 3]   | layer_heads [-1] must be a whole number from 0
            text_config.head_width      | 0            | head_width [0] must be a whole number from 1
            text_config.layer_neurons   | [9, 1.5, 1]  | layer_neurons [1.5] must be a whole number
            """)
    void refusesLayersThatAreNone(String key, String value, String words) {
        Path out = written(SmallModels.cut());
        SmallModels.set(out.resolve("config.json"), key, value);
        ModelsTest.assertRefused(() -> Models.read(out), words);
    }

    @Test
    void refusesAResidualNetwork() {
        ModelsTest.assertRefused(() -> written(SmallModels.resNet()), "ResNet");
    }

    @Test
    void theRefusalOfPaddingNamesIt() {
        Model wide = models().skip(1).findFirst().orElseThrow();
        ModelsTest.assertRefused(
                () -> HuggingFaceExport.write(wide, folder.resolve("refused")), "export to hf with --layers uneven");
    }

    private Path written(Model model) {
        Path out = folder.resolve("out");
        HuggingFaceExport.write(model, out, StoredFloat.F32, Layers.UNEVEN, Optional.empty());
        return out;
    }
}
