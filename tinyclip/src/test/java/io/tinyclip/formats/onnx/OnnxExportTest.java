package io.tinyclip.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.google.gson.JsonObject;
import io.tinyclip.compute.ModelEmbedder;
import io.tinyclip.files.Model;
import io.tinyclip.files.StrictJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is exported is run by ONNX Runtime and compared with our own embeddings. */
class OnnxExportTest {
    private static final int SIZE = 12;
    private static final int CONTEXT = 9;
    private static final int EMBEDDING = 6;
    private static final double TOLERANCE = 1e-5;
    private static final List<String> TEXTS =
            List.of("a dog", "", "a photo of a red bicycle", "cat", "more words than the context has room for by far");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void embedsPicturesAsWeDo(Activation activation) throws OrtException {
        embedsPicturesAsWeDo(export(shape(activation)));
    }

    @Test
    void embedsPicturesByAResidualNetworkAsWeDo() throws OrtException {
        // Every kind of block, and two positions a side in the last stage.
        ResNet tower = new ResNet(64, 4, 32, List.of(2, 1, 1, 1));
        ModelShape text = shape(Activation.GELU);
        embedsPicturesAsWeDo(export(new ModelShape(EMBEDDING, Activation.GELU, tower, text.text())));
    }

    private void embedsPicturesAsWeDo(Model model) throws OrtException {
        int size = model.preprocessing().size();
        List<RgbImage> pictures = pictures(5, size);
        float[] expected = embedded(model, pictures, List.of()).images();
        try (OnnxEncoder encoder = new OnnxEncoder(folder.resolve(OnnxExport.IMAGE_FILE))) {
            float[] all = encoder.run(pixels(pictures, model.preprocessing()), 5, 3, size, size);
            assertArrayEquals(expected, all, (float) TOLERANCE);
            float[] one = encoder.run(pixels(pictures.subList(0, 1), model.preprocessing()), 1, 3, size, size);
            assertArrayEquals(Arrays.copyOf(expected, EMBEDDING), one, (float) TOLERANCE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void embedsTextsAsWeDo(Activation activation) throws OrtException {
        Model model = export(shape(activation));
        float[] expected = embedded(model, List.of(), TEXTS).texts();
        try (OnnxEncoder encoder = new OnnxEncoder(folder.resolve(OnnxExport.TEXT_FILE))) {
            float[] all = encoder.run(tokens(TEXTS, CONTEXT, 0), TEXTS.size(), CONTEXT);
            assertArrayEquals(expected, all, (float) TOLERANCE);
            float[] one = encoder.run(tokens(TEXTS.subList(0, 1), 4, 0), 1, 4);
            assertArrayEquals(Arrays.copyOf(expected, EMBEDDING), one, (float) TOLERANCE);
        }
    }

    /** Rows of one factor are gathered and multiplied with the other: the file has both, and no table. */
    @Test
    void embedsTextsByATokenTableThatIsAProduct() throws OrtException, IOException {
        Model model = export(shape(Activation.GELU).withTokenRank(2));
        float[] expected = embedded(model, List.of(), TEXTS).texts();
        Path file = folder.resolve(OnnxExport.TEXT_FILE);
        try (OnnxEncoder encoder = new OnnxEncoder(file)) {
            assertArrayEquals(
                    expected, encoder.run(tokens(TEXTS, CONTEXT, 0), TEXTS.size(), CONTEXT), (float) TOLERANCE);
        }
        assertTrue(Files.size(file) < Tokenizer.VOCABULARY * 8L * Float.BYTES, "smaller than a table");
    }

    @Test
    void whatFollowsTheFirstEndTokenChangesNothing() throws OrtException {
        export(shape(Activation.GELU));
        try (OnnxEncoder encoder = new OnnxEncoder(folder.resolve(OnnxExport.TEXT_FILE))) {
            float[] zeros = encoder.run(tokens(TEXTS, CONTEXT, 0), TEXTS.size(), CONTEXT);
            float[] ends = encoder.run(tokens(TEXTS, CONTEXT, Tokenizer.END), TEXTS.size(), CONTEXT);
            assertArrayEquals(zeros, ends);
        }
    }

    @Test
    void embeddingsHaveUnitLength() throws OrtException {
        export(shape(Activation.GELU));
        try (OnnxEncoder encoder = new OnnxEncoder(folder.resolve(OnnxExport.TEXT_FILE))) {
            float[] rows = encoder.run(tokens(TEXTS, CONTEXT, 0), TEXTS.size(), CONTEXT);
            for (int row = 0; row < TEXTS.size(); row++) {
                double squares = 0;
                for (int i = 0; i < EMBEDDING; i++) {
                    squares += rows[row * EMBEDDING + i] * (double) rows[row * EMBEDDING + i];
                }
                assertEquals(1, squares, 1e-6);
            }
        }
    }

    @Test
    void textsLongerThanTheContextAreRefused() throws OrtException {
        export(shape(Activation.GELU));
        try (OnnxEncoder encoder = new OnnxEncoder(folder.resolve(OnnxExport.TEXT_FILE))) {
            assertThrows(OrtException.class, () -> encoder.run(new long[CONTEXT + 1], 1, CONTEXT + 1));
        }
    }

    @Test
    void saysHowToFeedTheTowers() throws OrtException {
        Model model = export(shape(Activation.QUICK_GELU));
        JsonObject config = StrictJson.read(folder.resolve(OnnxExport.CONFIG));
        float logitScale =
                model.vector().get(model.layout().segment("logit_scale").offset());
        assertEquals(StrictMath.exp(logitScale), config.get("logitScale").getAsDouble());
        JsonObject image = config.getAsJsonObject("image");
        assertEquals(SIZE, image.get("size").getAsInt());
        assertEquals("bicubic", image.get("interpolation").getAsString());
        assertEquals(
                Tokenizer.END, config.getAsJsonObject("text").get("endToken").getAsInt());
        try (OnnxEncoder images = new OnnxEncoder(folder.resolve(OnnxExport.IMAGE_FILE));
                OnnxEncoder texts = new OnnxEncoder(folder.resolve(OnnxExport.TEXT_FILE))) {
            assertEquals(image.get("mean").toString(), images.metadata().get("mean"));
            assertEquals("shortest", images.metadata().get("resizeMode"));
            assertEquals(Integer.toString(CONTEXT), texts.metadata().get("contextLength"));
        }
    }

    @Test
    void writesTheSameFilesFromTheSameModel() throws IOException {
        Model model = model(shape(Activation.GELU));
        OnnxExport.write(model, folder.resolve("a"));
        OnnxExport.write(model, folder.resolve("b"));
        for (String name : List.of(OnnxExport.IMAGE_FILE, OnnxExport.TEXT_FILE, OnnxExport.CONFIG)) {
            Path a = folder.resolve("a").resolve(name);
            assertEquals(-1, Files.mismatch(a, folder.resolve("b").resolve(name)));
        }
    }

    @Test
    void leavesNothingWhereItCannotWrite() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Model model = model(shape(Activation.GELU));
        assertThrows(InvalidInputException.class, () -> OnnxExport.write(model, file));
        assertThrows(UncheckedIOException.class, () -> OnnxExport.write(model, file.resolve("out")));
        assertEquals(0, Files.size(file));
    }

    @Test
    void refusesALogitScaleWithoutExponentialAndWritesNothing() {
        Model model = model(shape(Activation.GELU));
        model.vector().floats().put(model.layout().segment("logit_scale").offset(), 1000);
        Path out = folder.resolve("out");
        String message = assertThrows(InvalidInputException.class, () -> OnnxExport.write(model, out))
                .getMessage();
        assertTrue(message.contains("logit_scale [1000.0]"), message);
        assertFalse(Files.exists(out));
    }

    /** Layers of different sizes, one without heads, one without neurons and one without either. */
    private static ModelShape shape(Activation activation) {
        List<LayerShape> image = List.of(new LayerShape(2, 9), new LayerShape(0, 5), new LayerShape(3, 0));
        List<LayerShape> text = List.of(new LayerShape(1, 7), new LayerShape(0, 0), new LayerShape(2, 11));
        return new ModelShape(
                EMBEDDING,
                activation,
                new VisionTransformer(SIZE, 4, 10, 4, image),
                new TextTower(CONTEXT, Tokenizer.clip().vocabulary(), 8, 4, text));
    }

    /** Every tensor random, biases, norms and running statistics too. */
    private static Model model(ModelShape shape) {
        Layout layout = Model.layoutOf(shape);
        float[] weights = new float[layout.size()];
        for (Segment segment : layout.segments()) {
            for (int i = segment.offset(); i < segment.end(); i++) {
                boolean positive = segment.name().endsWith("running_var");
                weights[i] = (float) (positive ? 0.5 + Counter.uniform(11, i) : 0.4 * Counter.normal(11, i));
            }
        }
        return Model.of(
                shape, FloatVector.of(weights), Preprocessing.clip(shape.image().imageSize()), new JsonObject());
    }

    private Model export(ModelShape shape) {
        Model model = model(shape);
        OnnxExport.write(model, folder);
        return model;
    }

    private record Embeddings(float[] images, float[] texts) {}

    private static Embeddings embedded(Model model, List<RgbImage> pictures, List<String> texts) {
        try (ModelEmbedder embedder = new ModelEmbedder(model, Precision.FP32, 1)) {
            return new Embeddings(embedder.images(pictures), embedder.texts(texts));
        }
    }

    private static List<RgbImage> pictures(int count, int size) {
        List<RgbImage> pictures = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            byte[] rgb = new byte[size * size * 3];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (256 * Counter.uniform(n, i));
            }
            pictures.add(new RgbImage(size, size, rgb));
        }
        return pictures;
    }

    /** (N, 3, S, S), as a user of the exported files computes them. */
    private static float[] pixels(List<RgbImage> pictures, Preprocessing preprocessing) {
        int plane = preprocessing.size() * preprocessing.size();
        float[] pixels = new float[pictures.size() * 3 * plane];
        int next = 0;
        for (RgbImage picture : pictures) {
            for (int c = 0; c < 3; c++) {
                for (int i = 0; i < plane; i++) {
                    double value = (picture.rgb()[3 * i + c] & 0xFF) / 255.0;
                    pixels[next++] = (float) ((value - preprocessing.mean().get(c))
                            / preprocessing.std().get(c));
                }
            }
        }
        return pixels;
    }

    /** (N, L) */
    private static long[] tokens(List<String> texts, int length, int padding) {
        long[] tokens = new long[texts.size() * length];
        Arrays.fill(tokens, padding);
        for (int row = 0; row < texts.size(); row++) {
            int[] ids = Tokenizer.clip().encode(texts.get(row), length);
            for (int i = 0; i < ids.length; i++) {
                tokens[row * length + i] = ids[i];
            }
        }
        return tokens;
    }
}
