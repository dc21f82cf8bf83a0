package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.compute.ModelEmbedder;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.StrictJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.image.RgbImage;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportTest {
    private static final float ROUNDING = 1e-6f;

    @TempDir
    Path folder;

    enum Format {
        HUGGING_FACE(HuggingFaceExport::write),
        OPEN_CLIP(OpenClipExport::write);

        private final BiConsumer<Model, Path> writer;

        Format(BiConsumer<Model, Path> writer) {
            this.writer = writer;
        }
    }

    @ParameterizedTest
    @EnumSource
    void uniformModelsComeBackWithTheirBits(Format format) {
        Model model = SmallModels.uniform();
        format.writer.accept(model, folder.resolve("out"));
        ModelsTest.assertSame(model, Models.read(folder.resolve("out")));
    }

    @Test
    void resNetsComeBackWithTheirBits() {
        Model model = SmallModels.resNet();
        OpenClipExport.write(model, folder.resolve("out"));
        ModelsTest.assertSame(model, Models.read(folder.resolve("out")));
        ModelsTest.assertRefused(() -> HuggingFaceExport.write(model, folder.resolve("hf")), "ResNet");
    }

    @ParameterizedTest
    @EnumSource
    void paddedHeadsNeuronsAndHalvesLeaveEmbeddingsAsTheyWere(Format format) {
        Model model = SmallModels.cut();
        format.writer.accept(model, folder.resolve("out"));
        Model read = Models.read(folder.resolve("out"));
        assertEquals(
                Collections.nCopies(3, new LayerShape(3, 5)),
                read.shape().vision().layers());
        assertEquals(
                Collections.nCopies(3, new LayerShape(2, 9)),
                read.shape().text().layers());
        try (ModelEmbedder before = new ModelEmbedder(model, Precision.FP32, 1);
                ModelEmbedder after = new ModelEmbedder(read, Precision.FP32, 1)) {
            assertArrayEquals(before.images(pictures()), after.images(pictures()), ROUNDING);
            List<String> texts = List.of("a cat", "two red dogs on a mat");
            assertArrayEquals(before.texts(texts), after.texts(texts), ROUNDING);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPreprocessingThatTheFormatHoldsComesBack(Format format) {
        Model model = SmallModels.uniform();
        for (ResizeMode mode : ResizeMode.values()) {
            Preprocessing other = new Preprocessing(
                    8, 8, mode, Preprocessing.Interpolation.BILINEAR, List.of(0.1, 0.2, 0.3), List.of(0.5, 1.0, 2.0));
            Model changed = Model.of(model.shape(), model.vector(), other, model.provenance());
            Path out = folder.resolve(mode.name());
            format.writer.accept(changed, out);
            boolean rounded = format == Format.OPEN_CLIP && mode == ResizeMode.SHORTEST_FLOOR;
            assertEquals(
                    rounded ? ResizeMode.SHORTEST : mode,
                    Models.read(out).preprocessing().mode(),
                    "OpenCLIP knows one way to round the middle");
            assertEquals(rounded, !other.equals(Models.read(out).preprocessing()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatTheFormatCannotHoldAndWritesNothing(Format format) throws IOException {
        TextTower text = SmallModels.uniform().shape().text();
        List<LayerShape> layer = List.of(new LayerShape(1, 5));
        Model narrow = SmallModels.of(new VisionTransformer(8, 4, 6, 4, layer), text);
        Model crowded = SmallModels.of(new VisionTransformer(8, 4, 4, 4, List.of(new LayerShape(2, 5))), text);
        Model model = SmallModels.uniform();
        Preprocessing clip = model.preprocessing();
        Model small = Model.of(
                model.shape(),
                model.vector(),
                new Preprocessing(8, 6, clip.mode(), clip.interpolation(), clip.mean(), clip.std()),
                model.provenance());
        Path out = folder.resolve("out");
        ModelsTest.assertRefused(() -> format.writer.accept(narrow, out), "width [6]", "head width [4]");
        ModelsTest.assertRefused(() -> format.writer.accept(crowded, out), "layer 0 with [2] heads");
        ModelsTest.assertRefused(() -> format.writer.accept(small, out), "resizing to [6]");
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesIntoEmptyFoldersOnly(Format format) throws IOException {
        Path out = folder.resolve("out");
        Files.createDirectory(out);
        format.writer.accept(SmallModels.uniform(), out);
        ModelsTest.assertRefused(() -> format.writer.accept(SmallModels.uniform(), out), "is there already");
        AtomicFile.writeText(folder.resolve("file"), "x");
        ModelsTest.assertRefused(
                () -> format.writer.accept(SmallModels.uniform(), folder.resolve("file")), "is there already");
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyFolderIsFilledNotReplaced(Format format) throws IOException {
        Path place = Files.createDirectory(folder.resolve("place"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), place);
        format.writer.accept(SmallModels.uniform(), link);
        assertTrue(Files.isSymbolicLink(link));
        ModelsTest.assertSame(SmallModels.uniform(), Models.read(place));
        try (Stream<Path> entries = Files.list(place)) {
            assertEquals(List.of(), entries.filter(Files::isDirectory).toList());
        }
    }

    @Test
    void tokenizerFilesHaveOurIds() throws IOException {
        HuggingFaceExport.write(SmallModels.cut(), folder.resolve("out"));
        JsonObject vocabulary = StrictJson.read(folder.resolve("out/vocab.json"));
        assertEquals(Tokenizer.clip().vocabulary(), vocabulary.size());
        int[] cat = Tokenizer.clip().encode("cat!", 77);
        assertEquals(cat[1], vocabulary.get("cat</w>").getAsInt());
        assertEquals(cat[2], vocabulary.get("!</w>").getAsInt());
        assertEquals(Tokenizer.START, vocabulary.get("<|startoftext|>").getAsInt());
        assertEquals(Tokenizer.END, vocabulary.get("<|endoftext|>").getAsInt());
        JsonObject fast = StrictJson.read(folder.resolve("out/tokenizer.json")).getAsJsonObject("model");
        assertEquals(vocabulary, fast.getAsJsonObject("vocab"));
        List<String> merges = Files.readAllLines(folder.resolve("out/merges.txt"));
        assertEquals(merges.size() - 1, fast.getAsJsonArray("merges").size());
        assertEquals("i n", merges.get(1));
        for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            assertTrue(StrictJson.read(folder.resolve("out").resolve(name)).has("eos_token"), name);
        }
    }

    @Test
    void anotherVocabularyHasNoTokenizerFiles() {
        HuggingFaceExport.write(SmallModels.uniform(), folder.resolve("out"));
        assertFalse(Files.exists(folder.resolve("out/tokenizer.json")));
    }

    @Test
    void textsOfAnotherVocabularyPoolAtTheirLargestId() {
        HuggingFaceExport.write(SmallModels.uniform(), folder.resolve("out"));
        HuggingFaceExport.write(SmallModels.cut(), folder.resolve("clip"));
        assertEquals(2, end(folder.resolve("out")));
        assertEquals(Tokenizer.END, end(folder.resolve("clip")));
    }

    private static int end(Path written) {
        JsonObject config = StrictJson.read(written.resolve("config.json"));
        return config.getAsJsonObject("text_config").get("eos_token_id").getAsInt();
    }

    private static List<RgbImage> pictures() {
        byte[] pixels = new byte[3 * 8 * 8];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37);
        }
        return List.of(new RgbImage(8, 8, pixels), new RgbImage(8, 8, new byte[pixels.length]));
    }
}
