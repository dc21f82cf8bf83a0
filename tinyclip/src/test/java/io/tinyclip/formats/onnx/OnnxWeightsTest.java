package io.tinyclip.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.google.gson.JsonObject;
import io.tinyclip.compute.ModelEmbedder;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in fewer bits, run by ONNX Runtime and held against the embeddings of the model as it is. */
final class OnnxWeightsTest {
    private static final int EMBEDDING = 32;
    private static final int CONTEXT = 12;
    private static final List<String> TEXTS =
            List.of("a dog", "a photo of a red bicycle", "two cats", "the sky at night");

    @TempDir
    private Path folder;

    @Test
    void halvesAreComputedAsTheNumbersThatTheyAre() throws Exception {
        Model model = model(transformer());
        Embeddings written = run(model, OnnxWeights.FP16);
        Embeddings rounded = embedded(RoundedWeights.of(model, OnnxWeights.FP16));
        assertArrayEquals(rounded.images, written.images, 1e-5f);
        assertArrayEquals(rounded.texts, written.texts, 1e-5f);
    }

    @Test
    void wholeNumbersKeepTheDirectionOfEmbeddings() throws Exception {
        Model model = model(transformer());
        Embeddings before = embedded(model);
        Embeddings rounded = embedded(RoundedWeights.of(model, OnnxWeights.INT8));
        Embeddings written = run(model, OnnxWeights.INT8);
        assertTrue(least(before.images, rounded.images) > 0.999, "weights alone, pictures");
        assertTrue(least(before.texts, rounded.texts) > 0.999, "weights alone, texts");
        assertTrue(least(before.images, written.images) > 0.995, "" + least(before.images, written.images));
        assertTrue(least(before.texts, written.texts) > 0.995, "" + least(before.texts, written.texts));
        assertTrue(least(rounded.texts, written.texts) < 1 - 1e-7, "what is computed with is rounded too");
    }

    @Test
    void bothFactorsOfATokenTableAreWrittenInFewerBits() throws Exception {
        ModelShape shape = model(transformer()).shape().withTokenRank(16);
        Model model = Model.of(
                shape,
                FloatVector.of(Initialization.random(Model.layoutOf(shape), 5)),
                Preprocessing.clip(32),
                new JsonObject());
        Embeddings halves = embedded(RoundedWeights.of(model, OnnxWeights.FP16));
        assertArrayEquals(halves.texts, run(model, OnnxWeights.FP16).texts, 1e-5f);
        Embeddings before = embedded(model);
        assertTrue(least(before.texts, embedded(RoundedWeights.of(model, OnnxWeights.INT8)).texts) > 0.999);
        assertTrue(least(before.texts, run(model, OnnxWeights.INT8).texts) > 0.995);
    }

    @Test
    void aResidualNetworkIsWrittenInFewerBitsToo() throws Exception {
        Model model = model(new ResNet(64, 8, 32, List.of(1, 1, 1, 1)));
        Embeddings before = embedded(model);
        assertTrue(least(before.images, run(model, OnnxWeights.FP16).images) > 0.9999);
        assertTrue(least(before.images, run(model, OnnxWeights.INT8).images) > 0.99);
    }

    @Test
    void filesAreAHalfAndAQuarter() throws IOException {
        Model model = model(transformer());
        double whole = write(model, OnnxWeights.FP32);
        assertEquals(0.5, write(model, OnnxWeights.FP16) / whole, 0.01);
        assertEquals(0.25, write(model, OnnxWeights.INT8) / whole, 0.04);
    }

    /** Rows (1, -2) and (0, 0): the largest becomes 127, half of it 64 by ties to even, zeros stay. */
    @Test
    void roundsEachOutputByItsOwnLargestWeight() {
        Model model = model(transformer());
        Segment segment = model.layout().segment("transformer.resblocks.0.mlp.c_fc.weight");
        int width = segment.shape().get(1);
        for (int i = 0; i < 2 * width; i++) {
            model.vector().floats().put(segment.offset() + i, i == 0 ? 1 : i == 1 ? -2 : 0);
        }
        RoundedWeights.Whole whole = RoundedWeights.whole(model, segment);
        assertEquals(64, whole.numbers().get(0));
        assertEquals(-127, whole.numbers().get(1));
        assertEquals(2f / 127, whole.scales()[0]);
        assertEquals(0, whole.scales()[1]);
        assertEquals(0, whole.numbers().get(width));
        float[] column = RoundedWeights.whole(model, model.layout().segment("text_projection"))
                .scales();
        assertEquals(EMBEDDING, column.length, "outputs of a projection are its columns");
    }

    @Test
    void refusesHalvesBeyondTheirRangeAndWritesNothing() {
        Model model = model(transformer());
        model.vector().floats().put(model.layout().segment("ln_final.weight").offset(), 70_000f);
        Path out = folder.resolve("out");
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> OnnxExport.write(model, out, OnnxWeights.FP16));
        assertTrue(String.valueOf(refusal.getMessage()).contains("tensor [ln_final.weight]"), refusal.getMessage());
        assertTrue(Files.notExists(out));
    }

    @Test
    void refusesWholeNumbersForWhatIsNoNumberAndKeepsTheSmallestInTheirRange() {
        Model model = model(transformer());
        Segment matrix = model.layout().segment("visual.proj");
        for (int i = 0; i < matrix.count(); i++) {
            model.vector().floats().put(matrix.offset() + i, 190 * Float.MIN_VALUE);
        }
        assertEquals(127, RoundedWeights.whole(model, matrix).numbers().get(0), "and not its remainder of 256");
        model.vector().floats().put(matrix.offset() + 3, Float.POSITIVE_INFINITY);
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> RoundedWeights.of(model, OnnxWeights.INT8));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("tensor [visual.proj] cannot be written as int8"),
                refusal.getMessage());
    }

    private record Embeddings(float[] images, float[] texts) {}

    private double write(Model model, OnnxWeights weights) throws IOException {
        Path out = folder.resolve(weights.name());
        OnnxExport.write(model, out, weights);
        return Files.size(out.resolve(OnnxExport.IMAGE_FILE)) + Files.size(out.resolve(OnnxExport.TEXT_FILE));
    }

    private Embeddings run(Model model, OnnxWeights weights) throws OrtException, IOException {
        write(model, weights);
        Path out = folder.resolve(weights.name());
        List<RgbImage> pictures = pictures(model.preprocessing().size());
        int size = model.preprocessing().size();
        try (OnnxEncoder images = new OnnxEncoder(out.resolve(OnnxExport.IMAGE_FILE));
                OnnxEncoder texts = new OnnxEncoder(out.resolve(OnnxExport.TEXT_FILE))) {
            return new Embeddings(
                    images.run(pixels(pictures, model.preprocessing()), pictures.size(), 3, size, size),
                    texts.run(tokens(), TEXTS.size(), CONTEXT));
        }
    }

    private static Embeddings embedded(Model model) {
        try (ModelEmbedder embedder = new ModelEmbedder(model, Precision.FP32, 1)) {
            return new Embeddings(embedder.images(pictures(model.preprocessing().size())), embedder.texts(TEXTS));
        }
    }

    private static VisionTransformer transformer() {
        return new VisionTransformer(
                32, 8, 64, 16, List.of(new LayerShape(4, 256), new LayerShape(2, 100), new LayerShape(0, 64)));
    }

    private static Model model(ImageTower image) {
        ModelShape shape = new ModelShape(
                EMBEDDING,
                Activation.GELU,
                image,
                new TextTower(
                        CONTEXT, Tokenizer.VOCABULARY, 64, 16, List.of(new LayerShape(4, 256), new LayerShape(3, 0))));
        return Model.of(
                shape,
                FloatVector.of(Initialization.random(Model.layoutOf(shape), 5)),
                Preprocessing.clip(image.imageSize()),
                new JsonObject());
    }

    private static List<RgbImage> pictures(int size) {
        List<RgbImage> pictures = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            byte[] rgb = new byte[size * size * 3];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (256 * Counter.uniform(n, i / 24));
            }
            pictures.add(new RgbImage(size, size, rgb));
        }
        return pictures;
    }

    private static float[] pixels(List<RgbImage> pictures, Preprocessing preprocessing) {
        int plane = preprocessing.size() * preprocessing.size();
        float[] pixels = new float[pictures.size() * 3 * plane];
        for (int i = 0; i < pixels.length; i++) {
            int channel = i / plane % 3;
            byte value = pictures.get(i / plane / 3).rgb()[i % plane * 3 + channel];
            pixels[i] = (float) (((value & 0xff) / 255.0 - preprocessing.mean().get(channel))
                    / preprocessing.std().get(channel));
        }
        return pixels;
    }

    private static long[] tokens() {
        long[] tokens = new long[TEXTS.size() * CONTEXT];
        for (int row = 0; row < TEXTS.size(); row++) {
            int[] ids = Tokenizer.clip().encode(TEXTS.get(row), CONTEXT);
            for (int i = 0; i < ids.length; i++) {
                tokens[row * CONTEXT + i] = ids[i];
            }
        }
        return tokens;
    }

    private static double least(float[] before, float[] after) {
        double least = 1;
        for (int row = 0; row < before.length / EMBEDDING; row++) {
            double dot = 0;
            double first = 0;
            double second = 0;
            for (int i = row * EMBEDDING; i < (row + 1) * EMBEDDING; i++) {
                dot += (double) before[i] * after[i];
                first += (double) before[i] * before[i];
                second += (double) after[i] * after[i];
            }
            least = Math.min(least, dot / Math.sqrt(first * second));
        }
        return least;
    }
}
