package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.InputKernel.Seen;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeenNormsTest {
    private static final int PAIRS = 9;
    private static final int TOKENS = 6;
    private static final int IMAGE_TOKENS = 5;
    private static final int IMAGE_WIDTH = 12;
    private static final int TEXT_WIDTH = 8;

    /** A layer without heads, or without neurons, has a norm less. */
    private static final ModelShape SHAPE = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, IMAGE_WIDTH, 4, List.of(new LayerShape(2, 20), new LayerShape(0, 9))),
            new TextTower(TOKENS, 30, TEXT_WIDTH, 4, List.of(new LayerShape(2, 0), new LayerShape(1, 7))));

    private static final Layout LAYOUT = Layout.of(SHAPE, 30, false, false);

    /** Before the layers, two in the first one, one in the last, of pooled tokens, as the norm behind it. */
    private static final List<Integer> IMAGE_ROWS =
            List.of(PAIRS * IMAGE_TOKENS, PAIRS * IMAGE_TOKENS, PAIRS * IMAGE_TOKENS, PAIRS, PAIRS);

    @Test
    void rowsAreThoseOfTheTokensThatCount() {
        int tokens = IntStream.range(0, PAIRS).map(i -> end(i) + 1).sum();
        List<Integer> textRows = List.of(tokens, tokens, PAIRS, PAIRS);
        try (TensorScope scope = Torch.newScope()) {
            for (int meant = 0; meant < IMAGE_ROWS.size(); meant++) {
                requireNormalised(image(scope, meant), IMAGE_WIDTH, IMAGE_ROWS.get(meant));
            }
            for (int meant = 0; meant < textRows.size(); meant++) {
                requireNormalised(text(scope, meant), TEXT_WIDTH, textRows.get(meant));
            }
        }
    }

    /** Before gain and bias each row has the mean 0 and the variance 1. */
    private static void requireNormalised(InputKernel.Sums sums, int width, int rows) {
        assertEquals(rows, sums.rows().floats()[0]);
        float[] products = sums.products().floats();
        double trace = 0;
        double all = 0;
        for (int i = 0; i < products.length; i++) {
            all += products[i];
            trace += i % (width + 1) == 0 ? products[i] : 0;
        }
        assertEquals(width, products.length / width);
        assertEquals((double) rows * width, trace, 2e-3 * rows * width);
        assertEquals(0, all, 1e-3 * trace);
        double sum = 0;
        double size = 0;
        for (float value : sums.sums().floats()) {
            sum += value;
            size += Math.abs(value);
        }
        assertEquals(0, sum, 1e-3 * rows);
        assertTrue(size > 0);
    }

    private static InputKernel.Sums image(TensorScope scope, int meant) {
        float[] pixels = new float[PAIRS * 3 * 8 * 8];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) Counter.normal(4, i);
        }
        return InputKernel.compile(scope, LAYOUT, Seen.NORMS)
                .image(weights(scope), scope.floats(pixels, PAIRS, 3, 8, 8), meant);
    }

    private static InputKernel.Sums text(TensorScope scope, int meant) {
        long[] tokens = new long[PAIRS * TOKENS];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = Counter.below(5, i, 30);
        }
        Tensor ends = scope.longs(
                IntStream.range(0, PAIRS).mapToLong(SeenNormsTest::end).toArray());
        return InputKernel.compile(scope, LAYOUT, Seen.NORMS)
                .text(weights(scope), scope.longs(tokens, PAIRS, TOKENS), ends, meant);
    }

    private static int end(int pair) {
        return 1 + pair % (TOKENS - 1);
    }

    private static Tensor weights(TensorScope scope) {
        float[] weights = new float[LAYOUT.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.5 * Counter.normal(7, i));
        }
        return scope.floats(weights);
    }
}
