package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.TokenTable;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClipKernelTest {
    private static final int BATCH = 3;

    private final ModelShape shape = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, 12, 4, List.of(new LayerShape(2, 20), new LayerShape(0, 6))),
            new TextTower(6, 30, 8, 4, List.of(new LayerShape(1, 9), new LayerShape(2, 0))));

    @Test
    void gradientOfTheMaskedStudentAgreesWithCentralDifferences() {
        agreesWithCentralDifferences(Layout.of(shape, 30, true, false));
    }

    @Test
    void gradientOfThePlainStudentAgreesWithCentralDifferences() {
        agreesWithCentralDifferences(Layout.of(shape, 30, false, true));
    }

    /** Both factors, the rows that are gathered and what they are multiplied with. */
    @Test
    void gradientOfAStudentWhoseTokenTableIsAProductAgreesWithCentralDifferences() {
        agreesWithCentralDifferences(Layout.of(shape.withTokenRank(3), 30, true, false));
        agreesWithCentralDifferences(Layout.of(shape.withTokenRank(3), 30, false, true));
    }

    @Test
    void aProductEmbedsAsTheTableThatItIs() {
        Layout product = Layout.of(shape.withTokenRank(3), 30, false, false);
        Layout whole = Layout.of(shape, 30, false, false);
        float[] factors = floats(weights(product));
        float[] weights = new float[whole.size()];
        for (Segment segment : whole.segments()) {
            int from = product.segment(segment.name()).offset();
            if (segment.name().equals(TokenRows.TABLE)) {
                float[] table = TokenTable.of(product, FloatVector.of(factors)).whole();
                System.arraycopy(table, 0, weights, segment.offset(), table.length);
            } else {
                System.arraycopy(factors, from, weights, segment.offset(), segment.count());
            }
        }
        assertArrayEquals(texts(whole, weights), texts(product, factors), 1e-5f);
    }

    private static float[] texts(Layout layout, float[] weights) {
        try (TensorScope manager = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP32);
            return kernel.encode(batch(manager.floats(weights), layout, Precision.FP32))
                    .text()
                    .floats();
        }
    }

    @Test
    void heldAndRecomputedGradientsHaveTheSameBits() {
        for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
            try (TensorScope manager = Torch.newScope()) {
                Layout layout = Layout.of(shape, 30, true, false);
                ClipKernel kernel = ClipKernel.compile(manager, layout, precision);
                Tensor weights = manager.floats(floats(weights(layout)));
                ClipKernel.Batch batch = batch(weights, layout, precision);
                Tensor d = manager.floats(floats(uniform(3, BATCH * 8)), BATCH, 8);
                ClipKernel.Held held = kernel.hold(batch);
                float[] pulled = kernel.pullback(held, d, d).floats();
                float[] recomputed = kernel.gradient(batch, d, d).floats();
                assertEquals(layout.size(), pulled.length);
                assertArrayEquals(pulled, recomputed);
                assertArrayEquals(
                        held.image().floats(), kernel.student(batch).image().floats());
            }
        }
    }

    private void agreesWithCentralDifferences(Layout layout) {
        agreesWithCentralDifferences(layout, false);
        agreesWithCentralDifferences(layout, true);
    }

    private void agreesWithCentralDifferences(Layout layout, boolean gpu) {
        try (TensorScope manager = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP64, gpu);
            double[] weights = weights(layout);
            ClipKernel.Batch batch = batch(manager.doubles(weights), layout, Precision.FP64);
            double[] cotangent = uniform(3, BATCH * 8);
            Tensor d = manager.doubles(cotangent, BATCH, 8);
            double[] gradient = kernel.gradient(batch, d, d).doubles();
            double step = 1e-6;
            for (Segment segment : layout.segments()) {
                for (int i = segment.offset(); i < segment.end(); i += 1 + segment.count() / 7) {
                    double up = value(
                            kernel,
                            batch(manager.doubles(shifted(weights, i, step)), layout, Precision.FP64),
                            cotangent);
                    double down = value(
                            kernel,
                            batch(manager.doubles(shifted(weights, i, -step)), layout, Precision.FP64),
                            cotangent);
                    assertEquals((up - down) / (2 * step), gradient[i], 1e-7, segment.name() + " " + i);
                }
            }
        }
    }

    private static double value(ClipKernel kernel, ClipKernel.Batch batch, double[] cotangent) {
        ClipKernel.Embeddings out = kernel.student(batch);
        double[] image = out.image().doubles();
        double[] text = out.text().doubles();
        double sum = 0;
        for (int i = 0; i < image.length; i++) {
            sum += cotangent[i] * (image[i] + text[i]);
        }
        return sum;
    }

    private static double[] shifted(double[] weights, int i, double step) {
        double[] copy = weights.clone();
        copy[i] += step;
        return copy;
    }

    /** Random weights; logAlpha around -1, so that some masks are 0, some 1 and some between. */
    private static double[] weights(Layout layout) {
        double[] weights = new double[layout.size()];
        for (Segment segment : layout.segments()) {
            for (int i = segment.offset(); i < segment.end(); i++) {
                double normal = Counter.normal(7, i);
                weights[i] = segment.name().startsWith("mask.") ? normal : normal * 0.4;
            }
        }
        return weights;
    }

    private static ClipKernel.Batch batch(Tensor weights, Layout layout, Precision precision) {
        TensorScope manager = weights.scope();
        Tensor pixels = tensor(manager, precision, uniform(1, BATCH * 3 * 8 * 8), BATCH, 3, 8, 8);
        Tensor tokens = manager.longs(new long[] {1, 5, 2, 0, 1, 7, 7, 2, 1, 2, 0, 0}, BATCH, 4);
        Tensor ends = manager.longs(new long[] {2, 3, 1});
        int masks = layout.size() - layout.maskStart();
        Tensor noise = tensor(manager, precision, uniform(2, masks));
        return new ClipKernel.Batch(weights, pixels, tokens, ends, noise);
    }

    private static double[] uniform(long key, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = 0.001 + 0.998 * Counter.uniform(key, i);
        }
        return values;
    }

    /** As wide as the kernel wants it. */
    static Tensor tensor(TensorScope scope, Precision precision, double[] values, long... shape) {
        return precision == Precision.FP64 ? scope.doubles(values, shape) : scope.floats(floats(values), shape);
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
