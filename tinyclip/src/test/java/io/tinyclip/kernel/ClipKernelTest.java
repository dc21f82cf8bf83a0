package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
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

    @Test
    void heldAndRecomputedGradientsHaveTheSameBits() {
        for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
            try (NDManager manager = Torch.newManager()) {
                Layout layout = Layout.of(shape, 30, true, false);
                ClipKernel kernel = ClipKernel.compile(manager, layout, precision);
                NDArray weights = manager.create(floats(weights(layout)));
                ClipKernel.Batch batch = batch(weights, layout, DataType.FLOAT32);
                NDArray d = manager.create(floats(uniform(3, BATCH * 8)), new Shape(BATCH, 8));
                ClipKernel.Held held = kernel.hold(batch);
                float[] pulled = kernel.pullback(held, d, d).toFloatArray();
                float[] recomputed = kernel.gradient(batch, d, d).toFloatArray();
                assertEquals(layout.size(), pulled.length);
                assertArrayEquals(pulled, recomputed);
                assertArrayEquals(
                        held.image().toFloatArray(),
                        kernel.student(batch).image().toFloatArray());
            }
        }
    }

    private void agreesWithCentralDifferences(Layout layout) {
        try (NDManager manager = Torch.newManager()) {
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP64);
            double[] weights = weights(layout);
            ClipKernel.Batch batch = batch(manager.create(weights), layout, DataType.FLOAT64);
            double[] cotangent = uniform(3, BATCH * 8);
            NDArray d = manager.create(cotangent, new Shape(BATCH, 8));
            double[] gradient = kernel.gradient(batch, d, d).toDoubleArray();
            double step = 1e-6;
            for (Segment segment : layout.segments()) {
                for (int i = segment.offset(); i < segment.end(); i += 1 + segment.count() / 7) {
                    double up = value(
                            kernel,
                            batch(manager.create(shifted(weights, i, step)), layout, DataType.FLOAT64),
                            cotangent);
                    double down = value(
                            kernel,
                            batch(manager.create(shifted(weights, i, -step)), layout, DataType.FLOAT64),
                            cotangent);
                    assertEquals((up - down) / (2 * step), gradient[i], 1e-7, segment.name() + " " + i);
                }
            }
        }
    }

    private static double value(ClipKernel kernel, ClipKernel.Batch batch, double[] cotangent) {
        ClipKernel.Embeddings out = kernel.student(batch);
        double[] image = out.image().toDoubleArray();
        double[] text = out.text().toDoubleArray();
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

    private static ClipKernel.Batch batch(NDArray weights, Layout layout, DataType type) {
        NDManager manager = weights.getManager();
        NDArray pixels = manager.create(uniform(1, BATCH * 3 * 8 * 8), new Shape(BATCH, 3, 8, 8))
                .toType(type, false);
        NDArray tokens = manager.create(new long[] {1, 5, 2, 0, 1, 7, 7, 2, 1, 2, 0, 0}, new Shape(BATCH, 4));
        NDArray ends = manager.create(new long[] {2, 3, 1});
        int masks = layout.size() - layout.maskStart();
        NDArray noise = manager.create(uniform(2, masks), new Shape(masks)).toType(type, false);
        return new ClipKernel.Batch(weights, pixels, tokens, ends, noise);
    }

    private static double[] uniform(long key, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = 0.001 + 0.998 * Counter.uniform(key, i);
        }
        return values;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
