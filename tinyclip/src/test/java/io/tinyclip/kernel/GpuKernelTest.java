package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What a GPU's kernel does otherwise, computed by the processor. */
class GpuKernelTest {
    private static final int PAIRS = 40;
    private static final int CONTEXT = 21;
    private static final int WIDTH = 64;
    private static final String RUNS = """
              def runs_of(self: __torch__.K, ends: Tensor) -> Tensor:
                return torch.tensor(self.runs(ends, %d), dtype=4)
            """.formatted(CONTEXT);

    private final ModelShape shape = new ModelShape(
            16,
            Activation.QUICK_GELU,
            new VisionTransformer(16, 4, WIDTH, 32, Collections.nCopies(3, new LayerShape(2, 96))),
            new TextTower(CONTEXT, 50, WIDTH, 32, Collections.nCopies(3, new LayerShape(2, 80))));

    /** Of many mixtures of lengths, from all alike to all different. */
    @Test
    void textsRunInTheSameLengths() {
        Layout layout = Layout.of(shape, 50, false, false);
        try (TensorScope scope = Torch.newScope()) {
            Script plain = ScriptArchive.compile(scope, KernelSource.of(layout, Precision.FP32) + "\n" + RUNS);
            Script gpu = ScriptArchive.compile(scope, KernelSource.of(layout, Precision.FP32, true) + "\n" + RUNS);
            for (int round = 0; round < 400; round++) {
                long key = Counter.key(round);
                int pairs = 1 + (int) Long.remainderUnsigned(Counter.bits(key, 0), 200);
                int longest = 1 + (int) Long.remainderUnsigned(Counter.bits(key, 1), CONTEXT - 1);
                long[] ends = new long[pairs];
                for (int i = 0; i < pairs; i++) {
                    ends[i] = Long.remainderUnsigned(Counter.bits(key, i + 2), longest);
                }
                Arrays.sort(ends);
                Tensor sorted = scope.longs(ends);
                assertArrayEquals(
                        plain.call(scope, "runs_of", sorted).get(0).longs(),
                        gpu.call(scope, "runs_of", sorted).get(0).longs());
            }
        }
    }

    @Test
    void inFp32TheBitsAreThoseOfTheProcessors() {
        for (boolean masked : new boolean[] {false, true}) {
            Layout layout = Layout.of(shape, 50, masked, false);
            assertArrayEquals(gradient(layout, Precision.FP32, false), gradient(layout, Precision.FP32, true));
        }
    }

    /** Fused attention rounds elsewhere, but no more. */
    @Test
    void inBf16ItIsAsFarFromFp32AsTheProcessorsIs() {
        for (boolean masked : new boolean[] {false, true}) {
            Layout layout = Layout.of(shape, 50, masked, false);
            float[] exact = gradient(layout, Precision.FP32, false);
            double plain = distance(exact, gradient(layout, Precision.BF16, false));
            double fused = distance(exact, gradient(layout, Precision.BF16, true));
            assertTrue(plain > 1e-4 && fused <= 1.5 * plain, fused + " and " + plain);
        }
    }

    @Test
    void fusedHeldAndRecomputedGradientsHaveTheSameBits() {
        fused(true, (kernel, batch) -> {
            Tensor d = cotangent(batch.pixels().scope());
            assertArrayEquals(
                    kernel.pullback(kernel.hold(batch), d, d).floats(),
                    kernel.gradient(batch, d, d).floats());
        });
    }

    @Test
    void aTowerAloneEmbedsAsBothDo() {
        fused(false, (kernel, batch) -> {
            ClipKernel.Embeddings both = kernel.encode(batch);
            assertArrayEquals(
                    both.image().floats(),
                    kernel.image(batch.weights(), batch.pixels()).floats());
            assertArrayEquals(
                    both.text().floats(),
                    kernel.text(batch.weights(), batch.tokens(), batch.ends()).floats());
        });
    }

    private void fused(boolean masked, BiConsumer<ClipKernel, ClipKernel.Batch> check) {
        Layout layout = Layout.of(shape, 50, masked, false);
        try (TensorScope scope = Torch.newScope()) {
            check.accept(ClipKernel.compile(scope, layout, Precision.BF16, true), batch(scope, layout));
        }
    }

    private static float[] gradient(Layout layout, Precision precision, boolean gpu) {
        try (TensorScope scope = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(scope, layout, precision, gpu);
            Tensor d = cotangent(scope);
            float[] gradient = kernel.gradient(batch(scope, layout), d, d).floats();
            assertEquals(layout.size(), gradient.length);
            return gradient;
        }
    }

    private static Tensor cotangent(TensorScope scope) {
        return scope.floats(normal(9, PAIRS * 16, 0.1), PAIRS, 16);
    }

    private static ClipKernel.Batch batch(TensorScope scope, Layout layout) {
        long[] tokens = new long[PAIRS * CONTEXT];
        long[] ends = new long[PAIRS];
        long key = Counter.key(5);
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = Long.remainderUnsigned(Counter.bits(key, i), 50);
        }
        for (int i = 0; i < PAIRS; i++) {
            ends[i] = Long.remainderUnsigned(Counter.bits(key, tokens.length + i), CONTEXT);
        }
        float[] noise = new float[layout.size() - layout.maskStart()];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (0.01 + 0.98 * Counter.uniform(key, i));
        }
        return new ClipKernel.Batch(
                scope.floats(normal(1, layout.size(), 0.15)),
                scope.floats(normal(2, PAIRS * 3 * 16 * 16, 1), PAIRS, 3, 16, 16),
                scope.longs(tokens, PAIRS, CONTEXT),
                scope.longs(ends),
                scope.floats(noise));
    }

    private static float[] normal(long key, int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * Counter.normal(Counter.key(key), i));
        }
        return values;
    }

    private static double distance(float[] exact, float[] other) {
        double apart = 0;
        double length = 0;
        for (int i = 0; i < exact.length; i++) {
            apart += (double) (exact[i] - other[i]) * (exact[i] - other[i]);
            length += (double) exact[i] * exact[i];
        }
        return Math.sqrt(apart / length);
    }
}
