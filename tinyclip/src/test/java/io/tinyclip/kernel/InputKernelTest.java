package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.InputKernel.Seen;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InputKernelTest {
    private static final int PAIRS = 11;
    private static final int TOKENS = 14;
    private static final int IMAGE_TOKENS = 5;
    private static final int EMBEDDING = 8;
    private static final int TEXT_WIDTH = 8;
    private static final double ROUNDING = 2e-4;

    private static final ModelShape SHAPE = new ModelShape(
            EMBEDDING,
            Activation.QUICK_GELU,
            new VisionTransformer(
                    8,
                    4,
                    12,
                    4,
                    List.of(new LayerShape(2, 20), new LayerShape(0, 6), new LayerShape(1, 0), new LayerShape(2, 9))),
            new TextTower(
                    TOKENS,
                    30,
                    TEXT_WIDTH,
                    4,
                    List.of(new LayerShape(0, 9), new LayerShape(2, 0), new LayerShape(1, 7))));
    private static final Layout LAYOUT = Layout.of(SHAPE, 30, false, false);
    private static final double[] WEIGHTS = normals(7, LAYOUT.size(), 0.4);

    /** Channels of each map's input. A layer without heads, or without neurons, has a map less. */
    private static final List<Integer> IMAGE = List.of(8, 20, 6, 4, 8, 9);

    private static final List<Integer> TEXT = List.of(9, 8, 4, 7);
    private static final int LAST_IMAGE = 4;
    private static final int LAST_TEXT = 2;
    private static final String IMAGE_LAYER = "visual.transformer.resblocks.3.";
    private static final String TEXT_LAYER = "transformer.resblocks.2.";

    /** What of a batch's pairs comes out, on the heap. */
    private record Sums(double[] products, double[] sums, double rows) {
        Sums plus(Sums other) {
            return new Sums(add(products, other.products), add(sums, other.sums), rows + other.rows);
        }

        private static double[] add(double[] a, double[] b) {
            return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
        }
    }

    @Test
    void theRowsOfAMapAreTheTokensThatCountAndInTheLastLayerThePooledOnes() {
        int tokens = all().map(InputKernelTest::end).map(it -> it + 1).sum();
        for (int meant = 0; meant < IMAGE.size(); meant++) {
            Sums sums = image(meant, all().toArray());
            assertEquals(IMAGE.get(meant), sums.sums.length, "image map " + meant);
            assertEquals(meant < LAST_IMAGE ? PAIRS * IMAGE_TOKENS : PAIRS, sums.rows, "image map " + meant);
        }
        for (int meant = 0; meant < TEXT.size(); meant++) {
            Sums sums = text(meant, TOKENS, all().toArray());
            assertEquals(TEXT.get(meant), sums.sums.length, "text map " + meant);
            assertEquals(meant < LAST_TEXT ? tokens : PAIRS, sums.rows, "text map " + meant);
        }
    }

    @Test
    void productsAreThoseOfRealRows() {
        for (int meant = 0; meant < IMAGE.size(); meant++) {
            requireMoments(image(meant, all().toArray()));
        }
        for (int meant = 0; meant < TEXT.size(); meant++) {
            requireMoments(text(meant, TOKENS, all().toArray()));
        }
    }

    /** Symmetric, and no channel's square is less than that of its mean. */
    private static void requireMoments(Sums sums) {
        int channels = sums.sums.length;
        for (int i = 0; i < channels; i++) {
            double square = sums.products[i * channels + i];
            assertTrue(square * sums.rows >= sums.sums[i] * sums.sums[i] * (1 - 1e-5) && square > 0);
            for (int k = 0; k < i; k++) {
                assertEquals(sums.products[k * channels + i], sums.products[i * channels + k], 1e-6 * (1 + square));
            }
        }
    }

    @Test
    void momentsOfABatchAreTheSumOfThoseOfItsPairs() {
        for (int meant = 0; meant < IMAGE.size(); meant++) {
            int map = meant;
            requireClose(
                    all().mapToObj(i -> image(map, i)).reduce(Sums::plus).orElseThrow(), image(map, all().toArray()));
        }
        for (int meant = 0; meant < TEXT.size(); meant++) {
            int map = meant;
            requireClose(
                    all().mapToObj(i -> text(map, TOKENS, i)).reduce(Sums::plus).orElseThrow(),
                    text(map, TOKENS, all().toArray()));
        }
    }

    @Test
    void whatLiesBehindATextsEndDoesNotCount() {
        int[] brief = all().filter(i -> end(i) < 6).toArray();
        for (int meant = 0; meant < TEXT.size(); meant++) {
            requireClose(text(meant, 6, brief), text(meant, TOKENS, brief));
        }
    }

    /** Of one pair the gradient by the last layer's map is g x', and that by its bias g. */
    @Test
    void theLastLayersInputsAreThoseThatTheGradientTells() {
        for (int pair : new int[] {0, 5}) {
            double[] gradient = gradient(pair);
            requireOuter(told(gradient, IMAGE_LAYER + "attn.out_proj", 8), image(LAST_IMAGE, pair));
            requireOuter(told(gradient, IMAGE_LAYER + "mlp.c_proj", 9), image(LAST_IMAGE + 1, pair));
            requireOuter(told(gradient, TEXT_LAYER + "attn.out_proj", 4), text(LAST_TEXT, TOKENS, pair));
            requireOuter(told(gradient, TEXT_LAYER + "mlp.c_proj", 7), text(LAST_TEXT + 1, TOKENS, pair));
        }
    }

    @Test
    void anInnerLayersInputsAreThoseComputedByHand() {
        int pair = 6;
        Sums expected = IntStream.rangeClosed(0, end(pair))
                .mapToObj(place -> outer(firstNeurons(token(pair, place), place)))
                .reduce(Sums::plus)
                .orElseThrow();
        requireClose(expected, text(0, TOKENS, pair));
    }

    @Test
    void aLayoutWithMasksIsRefused() {
        try (TensorScope scope = Torch.newScope()) {
            Layout masked = Layout.of(SHAPE, 30, true, false);
            assertThrows(IllegalArgumentException.class, () -> InputKernel.compile(scope, masked, Seen.MAPS));
        }
    }

    /** Neurons of the text tower's first layer, which has no heads, only what they would add of themselves. */
    private static double[] firstNeurons(int token, int place) {
        String layer = "transformer.resblocks.0.";
        double[] x = new double[TEXT_WIDTH];
        for (int i = 0; i < TEXT_WIDTH; i++) {
            x[i] = weight("token_embedding.weight", token * TEXT_WIDTH + i)
                    + weight("positional_embedding", place * TEXT_WIDTH + i)
                    + weight(layer + "attn.out_proj.bias", i);
        }
        double mean =
                IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
        double variance = IntStream.range(0, x.length)
                .mapToDouble(i -> (x[i] - mean) * (x[i] - mean))
                .average()
                .orElseThrow();
        double[] neurons = new double[9];
        for (int neuron = 0; neuron < neurons.length; neuron++) {
            double sum = weight(layer + "mlp.c_fc.bias", neuron);
            for (int i = 0; i < TEXT_WIDTH; i++) {
                double normed = (x[i] - mean) / Math.sqrt(variance + 1e-5);
                sum += weight(layer + "mlp.c_fc.weight", neuron * TEXT_WIDTH + i)
                        * (normed * weight(layer + "ln_2.weight", i) + weight(layer + "ln_2.bias", i));
            }
            neurons[neuron] = sum / (1 + Math.exp(-1.702 * sum));
        }
        return neurons;
    }

    private static double weight(String segment, int index) {
        return WEIGHTS[LAYOUT.segment(segment).offset() + index];
    }

    private static double[] gradient(int pair) {
        try (TensorScope scope = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(scope, LAYOUT, Precision.FP64);
            ClipKernel.Batch batch = new ClipKernel.Batch(
                    scope.doubles(WEIGHTS),
                    pixels(scope, Precision.FP64, pair),
                    tokens(scope, TOKENS, pair),
                    scope.longs(new long[] {end(pair)}),
                    scope.doubles(new double[0]));
            Tensor d = scope.doubles(normals(4, EMBEDDING, 1), 1, EMBEDDING);
            return kernel.gradient(batch, d, d).doubles();
        }
    }

    /** x, by the output whose bias matters most. */
    private static double[] told(double[] gradient, String map, int channels) {
        Segment bias = LAYOUT.segment(map + ".bias");
        int weights = LAYOUT.segment(map + ".weight").offset();
        int most = IntStream.range(0, bias.count())
                .reduce((a, b) -> Math.abs(gradient[bias.offset() + a]) > Math.abs(gradient[bias.offset() + b]) ? a : b)
                .orElseThrow();
        return IntStream.range(0, channels)
                .mapToDouble(i -> gradient[weights + most * channels + i] / gradient[bias.offset() + most])
                .toArray();
    }

    private static void requireOuter(double[] x, Sums actual) {
        requireClose(outer(x), actual);
    }

    private static Sums outer(double[] x) {
        double[] products = new double[x.length * x.length];
        for (int i = 0; i < products.length; i++) {
            products[i] = x[i / x.length] * x[i % x.length];
        }
        return new Sums(products, x, 1);
    }

    private static void requireClose(Sums expected, Sums actual) {
        assertEquals(expected.rows, actual.rows);
        assertArrayEquals(expected.sums, actual.sums, ROUNDING);
        assertArrayEquals(expected.products, actual.products, ROUNDING);
    }

    private static Sums image(int meant, int... pairs) {
        try (TensorScope scope = Torch.newScope()) {
            Tensor weights = ClipKernelTest.tensor(scope, Precision.FP32, WEIGHTS);
            return read(InputKernel.compile(scope, LAYOUT, Seen.MAPS)
                    .image(weights, pixels(scope, Precision.FP32, pairs), meant));
        }
    }

    private static Sums text(int meant, int length, int... pairs) {
        try (TensorScope scope = Torch.newScope()) {
            Tensor weights = ClipKernelTest.tensor(scope, Precision.FP32, WEIGHTS);
            Tensor ends = scope.longs(
                    IntStream.of(pairs).mapToLong(InputKernelTest::end).toArray());
            return read(InputKernel.compile(scope, LAYOUT, Seen.MAPS)
                    .text(weights, tokens(scope, length, pairs), ends, meant));
        }
    }

    private static Sums read(InputKernel.Sums sums) {
        return new Sums(
                doubles(sums.products()), doubles(sums.sums()), sums.rows().floats()[0]);
    }

    private static double[] doubles(Tensor tensor) {
        float[] floats = tensor.floats();
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    private static IntStream all() {
        return IntStream.range(0, PAIRS);
    }

    private static int end(int pair) {
        return 1 + pair * 5 % (TOKENS - 1);
    }

    private static int token(int pair, int place) {
        return (int) Counter.below(3, pair * TOKENS + place, 30);
    }

    private static Tensor pixels(TensorScope scope, Precision precision, int... pairs) {
        int floats = 3 * 8 * 8;
        double[] pixels = new double[pairs.length * floats];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Counter.normal(1, pairs[i / floats] * floats + i % floats);
        }
        return ClipKernelTest.tensor(scope, precision, pixels, pairs.length, 3, 8, 8);
    }

    private static Tensor tokens(TensorScope scope, int length, int... pairs) {
        long[] tokens = new long[pairs.length * length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = token(pairs[i / length], i % length);
        }
        return scope.longs(tokens, pairs.length, length);
    }

    private static double[] normals(long key, int count, double scale) {
        return IntStream.range(0, count)
                .mapToDouble(i -> (float) (scale * Counter.normal(key, i)))
                .toArray();
    }
}
