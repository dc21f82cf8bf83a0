package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.Group;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.random.Counter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResNetKernelTest {
    private static final int BATCH = 3;
    private static final int EMBEDDING = 6;
    private static final int SIZE = 64;
    private static final double SHARE = 0.25;

    private final Layout layout = Layout.of(SmallShapes.resnet(), 30, false, true);
    private final double[] weights = weights();
    private final double[] pixels = uniform(1, BATCH * 3 * SIZE * SIZE);
    private final double[] cotangent = uniform(3, BATCH * EMBEDDING);

    @Test
    void gradientAgreesWithCentralDifferences() {
        try (TensorScope manager = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP64);
            double[] gradient = gradient(kernel, manager, 0);
            double step = 1e-6;
            for (Segment segment : layout.segments()) {
                for (int i = segment.offset(); i < segment.end(); i += 1 + segment.count() / 3) {
                    double up = value(kernel, shifted(i, step));
                    double down = value(kernel, shifted(i, -step));
                    assertEquals((up - down) / (2 * step), gradient[i], 1e-7, segment.name() + " " + i);
                }
            }
        }
    }

    @Test
    void unfoldedConvolutionsHaveTheSameGradient() {
        try (TensorScope manager = Torch.newScope()) {
            double[] expected = gradient(ClipKernel.compile(manager, layout, Precision.FP64), manager, SHARE);
            double[] unfolded = gradient(ClipKernel.compile(manager, layout, Precision.FP64, true), manager, SHARE);
            assertArrayEquals(expected, unfolded, 1e-11);
        }
    }

    @Test
    void unfoldedConvolutionsHaveTheSameBitsHeldAndRecomputed() {
        try (TensorScope manager = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP32, true);
            assertArrayEquals(held(kernel), recomputed(kernel));
        }
    }

    @Test
    void momentsComeOutWhereTheRunningStatisticsLieAndNowhereElse() {
        try (TensorScope manager = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP64);
            double[] plain = gradient(kernel, manager, 0);
            double[] gradient = gradient(kernel, manager, SHARE);
            for (Segment segment : layout.segments()) {
                if (segment.group() != Group.STATISTICS) {
                    for (int i = segment.offset(); i < segment.end(); i++) {
                        assertEquals(plain[i], gradient[i], segment.name());
                    }
                }
            }
            int mean = layout.segment("visual.bn1.running_mean").offset();
            int variance = layout.segment("visual.bn1.running_var").offset();
            for (int channel = 0; channel < 2; channel++) {
                double[] moments = stemMoments(channel);
                assertEquals(SHARE * moments[0], gradient[mean + channel], 1e-12);
                assertEquals(SHARE * moments[1], gradient[variance + channel], 1e-12);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "BF16"})
    void heldRecomputedAndOtherThreadsGradientsHaveTheSameBits(Precision precision) throws Exception {
        try (TensorScope manager = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(manager, layout, precision);
            float[] held = held(kernel);
            assertArrayEquals(held, recomputed(kernel));
            ClipKernel.Batch batch = floatBatch(manager);
            assertArrayEquals(
                    kernel.hold(batch).image().floats(),
                    kernel.student(batch).image().floats());
            ExecutorService pool = Executors.newFixedThreadPool(2);
            Future<float[]> first = pool.submit(() -> held(kernel));
            Future<float[]> second = pool.submit(() -> recomputed(kernel));
            assertArrayEquals(held, first.get());
            assertArrayEquals(held, second.get());
            pool.shutdown();
        }
    }

    private float[] held(ClipKernel kernel) {
        try (TensorScope scope = Torch.newScope()) {
            return kernel.pullback(kernel.hold(floatBatch(scope)), floatCotangents(scope))
                    .floats();
        }
    }

    private float[] recomputed(ClipKernel kernel) {
        try (TensorScope scope = Torch.newScope()) {
            return kernel.gradient(floatBatch(scope), floatCotangents(scope)).floats();
        }
    }

    private ClipKernel.Batch floatBatch(TensorScope manager) {
        return batch(manager, Precision.FP32, weights);
    }

    private Tensor[] floatCotangents(TensorScope manager) {
        Tensor d = ClipKernelTest.tensor(manager, Precision.FP32, cotangent, BATCH, EMBEDDING);
        return new Tensor[] {d, d, manager.scalar((float) SHARE)};
    }

    private double[] gradient(ClipKernel kernel, TensorScope manager, double share) {
        Tensor d = manager.doubles(cotangent, BATCH, EMBEDDING);
        return kernel.gradient(batch(manager, Precision.FP64, weights), d, d, manager.doubles(new double[] {share}))
                .doubles();
    }

    private double value(ClipKernel kernel, double[] vector) {
        try (TensorScope scope = Torch.newScope()) {
            ClipKernel.Embeddings out = kernel.student(batch(scope, Precision.FP64, vector));
            double[] image = out.image().doubles();
            double[] text = out.text().doubles();
            double sum = 0;
            for (int i = 0; i < image.length; i++) {
                sum += cotangent[i] * (image[i] + text[i]);
            }
            return sum;
        }
    }

    /** Mean and unbiased variance of a channel of the first convolution: window 3, stride 2, a border of zeros. */
    private double[] stemMoments(int channel) {
        int at = layout.segment("visual.conv1.weight").offset() + channel * 27;
        int side = SIZE / 2;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < BATCH * side * side; i++) {
            double value = 0;
            for (int tap = 0; tap < 27; tap++) {
                int y = 2 * (i / side % side) + tap / 3 % 3 - 1;
                int x = 2 * (i % side) + tap % 3 - 1;
                boolean inside = y >= 0 && x >= 0;
                int plane = i / (side * side) * 3 + tap / 9;
                value += inside ? weights[at + tap] * pixels[(plane * SIZE + y) * SIZE + x] : 0;
            }
            sum += value;
            squares += value * value;
        }
        double count = BATCH * side * side;
        return new double[] {sum / count, (squares - sum * sum / count) / (count - 1)};
    }

    private double[] shifted(int i, double step) {
        double[] copy = weights.clone();
        copy[i] += step;
        return copy;
    }

    private double[] weights() {
        double[] values = new double[layout.size()];
        for (Segment segment : layout.segments()) {
            for (int i = segment.offset(); i < segment.end(); i++) {
                values[i] = Counter.normal(7, i) * 0.4;
            }
        }
        return values;
    }

    private ClipKernel.Batch batch(TensorScope manager, Precision precision, double[] vector) {
        Tensor weights = ClipKernelTest.tensor(manager, precision, vector);
        Tensor images = ClipKernelTest.tensor(manager, precision, pixels, BATCH, 3, SIZE, SIZE);
        Tensor tokens = manager.longs(new long[] {1, 5, 2, 0, 1, 7, 7, 2, 1, 2, 0, 0}, BATCH, 4);
        Tensor ends = manager.longs(new long[] {2, 3, 1});
        return new ClipKernel.Batch(weights, images, tokens, ends, manager.floats(new float[0]));
    }

    private static double[] uniform(long key, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * Counter.uniform(key, i) - 1;
        }
        return values;
    }
}
