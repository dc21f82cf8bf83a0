package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.files.StrictJson;
import io.tinyclip.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models as trainers, hubs and newer releases of the libraries leave them. */
class AsToolsWriteTest {
    private static final String WEIGHTS = "model.safetensors";
    private static final String POINTER =
            "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a".repeat(64) + "\nsize 605157884\n";

    @TempDir
    Path folder;

    private final Model model = SmallModels.uniform();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_checkpoint_wrapped_module.",
                "_fsdp_wrapped_module.",
                "_orig_mod.",
                "_forward_module.",
                "_fsdp_wrapped_module._checkpoint_wrapped_module._orig_mod.",
                "base_layer."
            })
    void takesWrappersOffWhereverTheyStand(String wrapper) {
        Path file = folder.resolve("weights");
        SmallModels.write(file, model, name -> name.replaceFirst("(resblocks\\.\\d+\\.)", "$1" + wrapper));
        ModelsTest.assertSame(model, Models.read(file, ModelsTest.TOLD));
        SmallModels.write(file, model, name -> "state_dict.module." + wrapper + name);
        ModelsTest.assertSame(model, Models.read(file, ModelsTest.TOLD));
    }

    @Test
    void averagedWeightsAreTakenOnlyWhereThereAreNoOthers() {
        Path file = folder.resolve("weights");
        List<Tensor> tensors = Stream.concat(
                        tensors("model.", model).stream(), tensors("ema.module.", SmallModels.resNet()).stream())
                .toList();
        SafetensorsWriter.write(file, tensors, StoredFloat.F32, Map.of());
        ModelsTest.assertSame(model, Models.read(file, ModelsTest.TOLD));
        SmallModels.write(file, model, name -> "ema_model.module." + name);
        ModelsTest.assertSame(model, Models.read(file, ModelsTest.TOLD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base_model.model.visual.transformer.resblocks.0.attn.out_proj.lora_A.default.weight",
                "visual.transformer.resblocks.0.mlp.c_fc.lora_down.weight",
                "token_embedding.lora_embedding_B"
            })
    void refusesAdaptersThatWereNotMerged(String name) {
        Path file = folder.resolve("weights");
        List<Tensor> tensors = Stream.concat(
                        tensors("", model).stream(), Stream.of(new Tensor(name, List.of(2), new float[2], 0)))
                .toList();
        SafetensorsWriter.write(file, tensors, StoredFloat.F32, Map.of());
        ModelsTest.assertRefused(() -> Models.read(file, ModelsTest.TOLD), name, "LoRA", "merge");
    }

    @Test
    void namesWhatItFoundBehindAModuleThatItDoesNotKnow() {
        Path file = folder.resolve("weights");
        SmallModels.write(file, model, name -> "clip_model." + name);
        ModelsTest.assertRefused(
                () -> Models.read(file, ModelsTest.TOLD), "is not in the file", "found it as [clip_model.");
    }

    @Test
    void readsPreprocessingFromWhereTransformers5WritesIt() throws IOException {
        Path hf = exported();
        Path old = hf.resolve("preprocessor_config.json");
        Preprocessing clip = Models.read(hf).preprocessing();
        SmallModels.set(old, "image_mean", "[0.5, 0.5, 0.5]");
        Preprocessing said = Models.read(hf).preprocessing();
        JsonObject processor = new JsonObject();
        processor.addProperty("processor_class", "CLIPProcessor");
        write(hf, processor);
        assertEquals(said, Models.read(hf).preprocessing(), "an older processor_config.json says nothing of pictures");
        processor.add("image_processor", StrictJson.read(old));
        write(hf, processor);
        SmallModels.set(old, "image_mean", "[0.4, 0.4, 0.4]");
        assertEquals(said, Models.read(hf).preprocessing(), "the newer file decides");
        Files.delete(old);
        assertEquals(said, Models.read(hf).preprocessing());
        assertEquals(List.of(), assumed(hf));
        Files.delete(hf.resolve("processor_config.json"));
        assertEquals(clip.mean(), Models.read(hf).preprocessing().mean());
        assertTrue(assumed(hf).toString().contains("processor_config.json"), "what is assumed is said");
    }

    @Test
    void readsWeightsInAVariant() throws IOException {
        Path hf = exported();
        Model plain = Models.read(hf);
        Path fp16 = hf.resolve("model.fp16.safetensors");
        Files.move(hf.resolve(WEIGHTS), fp16);
        ModelsTest.assertSame(plain, Models.read(hf));
        ModelsTest.assertSame(plain, Models.read(fp16));
        Path bf16 = hf.resolve("model.bf16.safetensors");
        SafetensorsWriter.write(bf16, tensors("", model), StoredFloat.F32, Map.of());
        ModelsTest.assertRefused(() -> Models.read(hf), "several variants", "model.bf16.safetensors", "name the file");
        Files.copy(fp16, hf.resolve(WEIGHTS));
        ModelsTest.assertSame(plain, Models.read(hf));
    }

    @Test
    void readsTheMainSnapshotOfAHubsCache() throws IOException {
        Path cache = folder.resolve("models--owner--name");
        Path snapshot = cache.resolve("snapshots/0abc");
        Files.createDirectories(snapshot.getParent());
        Path hf = exported();
        Model plain = Models.read(hf);
        Files.move(hf, snapshot);
        ModelsTest.assertSame(plain, Models.read(cache));
        Files.createDirectories(cache.resolve("snapshots/1def"));
        ModelsTest.assertRefused(() -> Models.read(cache), "[2] snapshots", "name the folder of one");
        Files.createDirectories(cache.resolve("refs"));
        Files.writeString(cache.resolve("refs/main"), "0abc\n");
        ModelsTest.assertSame(plain, Models.read(cache));
    }

    @ParameterizedTest
    @ValueSource(strings = {WEIGHTS, "config.json", "preprocessor_config.json"})
    void tellsPointersOfGitLfs(String file) throws IOException {
        Path hf = exported();
        Files.writeString(hf.resolve(file), POINTER);
        ModelsTest.assertRefused(() -> Models.read(hf), file, "605157884 bytes", "git lfs pull");
    }

    private Path exported() {
        Path hf = folder.resolve("hf");
        HuggingFaceExport.write(model, hf);
        return hf;
    }

    private static void write(Path hf, JsonObject processor) {
        AtomicFile.writeText(hf.resolve("processor_config.json"), StrictJson.pretty(processor));
    }

    private static List<String> assumed(Path model) {
        return Models.read(model).provenance().getAsJsonObject("read").getAsJsonArray("assumed").asList().stream()
                .map(each -> each.getAsString())
                .toList();
    }

    private static List<Tensor> tensors(String prefix, Model model) {
        return model.layout().segments().stream()
                .map(s ->
                        new Tensor(prefix + s.name(), s.shape(), model.vector().floats(), s.offset()))
                .toList();
    }
}
