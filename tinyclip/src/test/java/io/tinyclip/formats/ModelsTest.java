package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.Safetensors;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.model.Activation;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.VisionTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
    /** What a file of weights alone does not say of the small models. */
    static final ReadOptions TOLD =
            new ReadOptions(Optional.of(Activation.QUICK_GELU), OptionalInt.of(4), OptionalInt.empty());

    @TempDir
    Path folder;

    private final Model model = SmallModels.uniform();

    @Test
    void readsOurOwnFolder() {
        ModelFolder.write(folder, model, StoredFloat.F32);
        assertSame(model, Models.read(folder));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', ''",
        "module., module., module.",
        "state_dict.module., state_dict.module., state_dict.module.",
        "model., model., model.",
        "'', text., ''",
        "_image_encoder., _text_encoder., _logit_scale.",
        "_image_encoder.module., _text_encoder.module., _logit_scale.module.",
        "module._image_encoder., module._text_encoder., module._logit_scale.",
        "image_encoder_without_ddp., text_encoder_without_ddp., _logit_scale."
    })
    void everyKeyStyleGivesTheSameBits(String image, String text, String scale) {
        Path file = folder.resolve("weights");
        SmallModels.write(file, model, name -> {
            String prefix = name.startsWith("visual.") ? image : name.equals("logit_scale") ? scale : text;
            return prefix + name;
        });
        assertSame(model, Models.read(file, TOLD));
    }

    @Test
    void readsResNetsByTheirTensorsAlone() {
        Model resNet = SmallModels.resNet();
        Path file = folder.resolve("weights");
        SmallModels.write(file, resNet, name -> name);
        assertSame(resNet, Models.read(file, TOLD));
    }

    @Test
    void readsResNetsOfOpenClip() {
        Model read = Models.read(SmallModels.written("openclip-rn"));
        assertEquals(new ResNet(64, 4, 32, List.of(1, 2, 1, 1)), read.shape().image());
        assertEquals(Interpolation.BILINEAR, read.preprocessing().interpolation());
        assertEquals(List.of(0.5, 0.5, 0.5), read.preprocessing().mean());
    }

    @Test
    void stacksQueriesKeysAndValuesAndTurnsProjectionsWithTheirBits() {
        Path written = SmallModels.written("hf-vit");
        Model read = Models.read(written);
        try (Safetensors file = Safetensors.open(written.resolve("model.safetensors"))) {
            String layer = "vision_model.encoder.layers.1.self_attn.";
            float[] stacked = values(read, "visual.transformer.resblocks.1.attn.in_proj_weight");
            int third = stacked.length / 3;
            int part = 0;
            for (String which : List.of("q", "k", "v")) {
                float[] expected = file.floats(layer + which + "_proj.weight");
                assertArrayEquals(expected, Arrays.copyOfRange(stacked, part * third, ++part * third));
            }
            float[] stored = file.floats("text_projection.weight");
            float[] turned = values(read, "text_projection");
            int embedding = read.shape().embedding();
            int width = read.shape().text().width();
            for (int row = 0; row < embedding; row++) {
                for (int column = 0; column < width; column++) {
                    assertEquals(stored[row * width + column], turned[column * embedding + row]);
                }
            }
        }
    }

    @Test
    void cutHalvesOfTinyClipsFilesAreReadLayerByLayer() {
        Model read = Models.read(SmallModels.written("tinyclip-auto.pt"));
        VisionTransformer image = read.shape().vision();
        assertEquals(List.of(new LayerShape(2, 40), new LayerShape(1, 24)), image.layers());
        assertEquals(
                List.of(new LayerShape(1, 32), new LayerShape(0, 16), new LayerShape(1, 0)),
                read.shape().text().layers());
        assertArrayEquals(new float[24], values(read, "transformer.resblocks.1.attn.out_proj.bias"));
    }

    @Test
    void saysWhatItAssumes() {
        Model archive = Models.read(SmallModels.written("openai-jit.pt"));
        assertEquals(Activation.QUICK_GELU, archive.shape().activation());
        assertTrue(assumed(archive).contains("activation quick_gelu"), assumed(archive));
        Model weights = Models.read(SmallModels.written("openclip-custom-text.pt"));
        assertEquals(Activation.GELU, weights.shape().activation());
        assertTrue(assumed(weights).contains("activation gelu"), assumed(weights));
        Model told = Models.read(SmallModels.written("openclip-vit.pt"), quickGelu());
        assertEquals(Activation.QUICK_GELU, told.shape().activation());
        assertEquals("[\"a head for every 64 channels\",\"CLIP's preprocessing\"]", assumed(told));
    }

    @Test
    void readsWeightsByTheConfigBesideThem() {
        Path weights = SmallModels.written("openclip-vit").resolve("open_clip_model.safetensors");
        Model read = Models.read(weights);
        assertSame(Models.read(weights.getParent()), read);
        assertEquals(8, read.shape().vision().headWidth());
    }

    @Test
    void readsTheWeightsThatAreNamedByTheConfigThoughOthersComeFirst() throws IOException {
        Path written = folder.resolve("hf");
        HuggingFaceExport.write(model, written);
        Files.copy(written.resolve("model.safetensors"), written.resolve("pytorch_model.bin"));
        Model read = Models.read(written.resolve("pytorch_model.bin"));
        assertSame(model, read);
        JsonObject said = read.provenance().getAsJsonObject("read");
        assertEquals("\"pytorch_model.bin\"", said.get("tensors").toString());
    }

    @Test
    void takesHuggingFacesOfTwoModelsInAFolderAndSaysSo() throws IOException {
        Path both = folder.resolve("both");
        HuggingFaceExport.write(model, both);
        Path other = folder.resolve("other");
        OpenClipExport.write(model, other);
        for (String name : List.of("open_clip_config.json", "open_clip_model.safetensors")) {
            Files.copy(other.resolve(name), both.resolve(name));
        }
        JsonObject said = Models.read(both).provenance().getAsJsonObject("read");
        assertEquals("\"Hugging Face\"", said.get("format").toString());
        assertEquals(
                "[\"OpenCLIP's open_clip_model.safetensors\"]",
                said.get("notTaken").toString());
    }

    @Test
    void positionsFollowTheImageSizeOfAnOpenClipConfig() {
        Path written = folder.resolve("openclip");
        OpenClipExport.write(model, written);
        SmallModels.set(written.resolve("open_clip_config.json"), "model_cfg.vision_cfg.image_size", "16");
        SmallModels.set(written.resolve("open_clip_config.json"), "preprocess_cfg.size", "16");
        Model read = Models.read(written);
        assertEquals(16, read.preprocessing().size());
        assertSame(Models.withImageSize(model, 16), read);
    }

    @Test
    void anotherImageSizeKeepsAllButThePositions() {
        ModelFolder.write(folder, model, StoredFloat.F32);
        ReadOptions larger = new ReadOptions(Optional.empty(), OptionalInt.empty(), OptionalInt.of(12));
        Model read = Models.read(folder, larger);
        assertEquals(12, read.preprocessing().size());
        float[] positions = values(read, "visual.positional_embedding");
        int width = model.shape().vision().width();
        assertEquals((1 + 9) * width, positions.length);
        assertArrayEquals(
                Arrays.copyOf(values(model, "visual.positional_embedding"), width), Arrays.copyOf(positions, width));
        assertArrayEquals(values(model, "visual.conv1.weight"), values(read, "visual.conv1.weight"));
        assertRefused(() -> Models.withImageSize(model, 10), "image size [10]", "patch size [4]");
        assertRefused(() -> Models.withImageSize(model, 1 << 20), "at most 536870895", "2^31 or more");
        assertRefused(() -> Models.withImageSize(model, 40_000), "at most 536870895", "found [8000");
        assertRefused(() -> Models.withImageSize(SmallModels.resNet(), 64), "only vision transformers");
    }

    @Test
    void refusesAHeadWidthThatTheConfigDoesNotSay() {
        ModelFolder.write(folder, model, StoredFloat.F32);
        ReadOptions told = new ReadOptions(Optional.empty(), OptionalInt.of(8), OptionalInt.empty());
        assertRefused(() -> Models.read(folder, told), "head width than [8]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ln_final.bias", "visual.proj", "transformer.resblocks.1.mlp.c_fc.bias", "positional_embedding"})
    void refusesAMissingTensor(String name) {
        assertWeightsRefused(tensors -> tensors.removeIf(t -> t.name().equals(name)), name, "is not in the file");
    }

    @Test
    void refusesAMissingHalfOfALayerThatNobodyCut() {
        assertWeightsRefused(
                tensors -> tensors.removeIf(t -> t.name().startsWith("transformer.resblocks.1.attn.")),
                "transformer.resblocks.1.attn.in_proj_weight",
                "is not in the file");
    }

    @ParameterizedTest
    @CsvSource({
        "logit_bias, 1, is no part of the model",
        "visual.attn_pool.query, 4, is no part of the model",
        "transformer.resblocks.1000000.ln_1.weight, 8, must be a number below",
        "text.ln_final.weight, 8, expected one of them",
        "state_dict.ln_final.weight, 8, expected one of them"
    })
    void refusesASuperfluousTensor(String name, int size, String complaint) {
        assertWeightsRefused(
                tensors -> tensors.add(new Tensor(name, List.of(size), new float[size], 0)), name, complaint);
    }

    @Test
    void leavesOutTheTrainersTensorsAndBuffers() {
        Path file = folder.resolve("weights");
        List<Tensor> tensors = tensors("state_dict.");
        for (String name : List.of(
                "optimizer.state.0.exp_avg", "state_dict.attn_mask", "state_dict.visual.bn.num_batches_tracked")) {
            tensors.add(new Tensor(name, List.of(1), new float[1], 0));
        }
        SafetensorsWriter.write(file, tensors, StoredFloat.F32, Map.of());
        assertSame(model, Models.read(file, TOLD));
    }

    @Test
    void refusesMasksThatAreStillLearned() {
        Path file = folder.resolve("weights");
        List<Tensor> tensors = tensors("_image_encoder.");
        tensors.add(new Tensor("_image_encoder.l0_module.heads_loga", List.of(1), new float[1], 0));
        SafetensorsWriter.write(file, tensors, StoredFloat.F32, Map.of());
        assertRefused(() -> Models.read(file, TOLD), "l0_module.heads_loga", "cut the model first");
    }

    @ParameterizedTest
    @CsvSource({
        "visual.conv1.weight, 8 3 16, expected 4 dimensions",
        "visual.positional_embedding, 7 8, expected a square number",
        "transformer.resblocks.0.attn.in_proj_weight, 20 8, whole heads of [4]",
        "transformer.resblocks.0.attn.out_proj.weight, 8 4, 'expected shape [8, 8]'",
        "text_projection, 8, expected 2 dimensions",
        "logit_scale, 2, expected shape []"
    })
    void refusesAShapeThatNoClipHas(String name, String shape, String complaint) {
        List<Integer> dimensions =
                Arrays.stream(shape.split(" ")).map(Integer::valueOf).toList();
        int count = dimensions.stream().reduce(1, Math::multiplyExact);
        assertWeightsRefused(
                tensors -> {
                    tensors.removeIf(t -> t.name().equals(name));
                    tensors.add(new Tensor(name, dimensions, new float[count], 0));
                },
                name,
                complaint);
    }

    @Test
    void namesTheTensorThatIsMissingBesideOthersOfItsKind() throws IOException {
        HuggingFaceExport.write(model, folder.resolve("hf"));
        Path weights = folder.resolve("hf").resolve("model.safetensors");
        try (Safetensors file = Safetensors.open(weights)) {
            List<Tensor> kept = file.names().stream()
                    .filter(name -> !name.equals("text_model.encoder.layers.0.self_attn.k_proj.bias"))
                    .map(name -> new Tensor(name, shape(file, name), file.floats(name), 0))
                    .toList();
            SafetensorsWriter.write(folder.resolve("changed"), kept, StoredFloat.F32, Map.of());
        }
        Files.move(folder.resolve("changed"), weights, StandardCopyOption.REPLACE_EXISTING);
        assertRefused(
                () -> Models.read(folder.resolve("hf")),
                "text_model.encoder.layers.0.self_attn.k_proj.bias",
                "is not in the file");
    }

    @Test
    void refusesFoldersAndFilesWithoutAModel() {
        assertRefused(() -> Models.read(folder), "holds no CLIP");
        AtomicFile.writeText(folder.resolve("config.json"), "{\"model_type\": \"bert\"}");
        assertRefused(() -> Models.read(folder), "holds no CLIP", "model_type \"bert\"");
        AtomicFile.writeText(folder.resolve("config.json"), "{\"model_type\": \"clip\"}");
        assertRefused(() -> Models.read(folder), "none of its weights", "model.safetensors");
        assertRefused(() -> Models.read(folder.resolve("missing")), "cannot read");
        AtomicFile.writeText(folder.resolve("notes"), "no tensors at all");
        assertRefused(() -> Models.read(folder.resolve("notes")), "holds no tensors");
    }

    private void assertWeightsRefused(Consumer<List<Tensor>> change, String... parts) {
        Path file = folder.resolve("weights");
        List<Tensor> tensors = tensors("");
        change.accept(tensors);
        SafetensorsWriter.write(file, tensors, StoredFloat.F32, Map.of());
        assertRefused(() -> Models.read(file, TOLD), parts);
    }

    private List<Tensor> tensors(String prefix) {
        List<Tensor> tensors = new ArrayList<>();
        for (Segment s : model.layout().segments()) {
            tensors.add(new Tensor(prefix + s.name(), s.shape(), model.vector().floats(), s.offset()));
        }
        return tensors;
    }

    static void assertRefused(Executable reading, String... parts) {
        String message = assertThrows(InvalidInputException.class, reading).getMessage();
        assertEquals(1, message.lines().count(), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    static void assertSame(Model expected, Model actual) {
        assertEquals(expected.shape(), actual.shape());
        assertEquals(expected.preprocessing(), actual.preprocessing());
        assertArrayEquals(expected.vector().toArray(), actual.vector().toArray());
    }

    private static ReadOptions quickGelu() {
        return new ReadOptions(TOLD.activation(), OptionalInt.empty(), OptionalInt.empty());
    }

    private static String assumed(Model model) {
        return model.provenance().getAsJsonObject("read").get("assumed").toString();
    }

    private static List<Integer> shape(Safetensors file, String name) {
        return file.shape(name).stream().map(Math::toIntExact).toList();
    }

    private static float[] values(Model model, String name) {
        Segment segment = model.layout().segment(name);
        return model.vector().range(segment.offset(), segment.end());
    }
}
