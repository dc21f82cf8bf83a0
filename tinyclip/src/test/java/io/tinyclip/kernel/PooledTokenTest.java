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
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What towers leave out, against the whole: last layers at all tokens, texts at full length and each by itself. */
class PooledTokenTest {
    private static final int PAIRS = 21;
    private static final int TOKENS = 23;
    private static final int EMBEDDING = 8;
    private static final double ROUNDING = 1e-11;

    /** Every layer at every token of every text, padded to one length. */
    private static final String WHOLE = """

          def whole(self: __torch__.K, x: Tensor, f: List[Tensor], m: List[Tensor], plan: List[int], numbers: List[int], ends: Tensor) -> Tensor:
            B, L, D, mask_at, at, causal = numbers
            place = torch.arange(L, dtype=4, device=x.device)
            masks = annotate(List[Tensor], [])
            if causal == 1:
              masks.append(self.forbidden(torch.gt(place.view([1, 1, L]), place.view([1, L, 1]))))
            every = torch.arange(L * B, dtype=4, device=x.device)
            width = self.mask(m, mask_at)
            for i in range(len(plan) // 5):
              x = self.layers(x, f, f, m, torch.slice(plan, 5 * i, 5 * i + 5), width, [B, L], every, [masks, masks])
            x = self.norm(x, f[2 * at], f[2 * at + 2], width)
            x = torch.index_select(x, 0, ends * B + torch.arange(B, dtype=4, device=x.device))
            return self.unit(torch.matmul(x, f[2 * at + 4].view([D, -1])), f)

          def whole_towers(self: __torch__.K, w: Tensor, pixels: Tensor, tokens: Tensor, ends: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
            f = torch.split_with_sizes(w, self.pieces())
            z = noise
            if self.masked():
              z = self.hard_concrete(w, noise)
            m = torch.split_with_sizes(z, self.mask_pieces())
            D, grid, patch = self.image_numbers()
            B = torch.size(pixels, 0)
            L = grid * grid + 1
            x = torch.conv2d(pixels, f[4].view([D, 3, patch, patch]), None, [patch, patch], [0, 0], [1, 1], 1)
            x = torch.cat([f[0].view([1, 1, D]).expand([1, B, D]), torch.flatten(x, 2).permute([2, 0, 1])]) + f[2].view([L, 1, D])
            if self.masked():
              x = x * self.mask(m, 0)
            x = self.norm(x.reshape([L * B, D]), f[6], f[8], self.mask(m, 0))
            image = self.whole(x, f, m, self.image_layers(), [B, L, D, 0, self.image_end(), 0], torch.zeros_like(ends))
            D, at, mask_at = self.text_numbers()
            L = torch.size(tokens, 1)
            x = torch.embedding(f[2 * at].view([-1, D]), tokens) + torch.narrow(f[2 * at + 2].view([-1, D]), 0, 0, L)
            if self.masked():
              x = x * self.mask(m, mask_at)
            x = torch.transpose(x, 0, 1).reshape([L * B, D])
            return (image, self.whole(x, f, m, self.text_layers(), [B, L, D, mask_at, self.text_end(), 1], ends))

          def whole_gradient(self: __torch__.K, w: Tensor, pixels: Tensor, tokens: Tensor, ends: Tensor, noise: Tensor, d_image: Tensor, d_text: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
            leaf = w.detach().requires_grad_(True)
            image, text = self.whole_towers(leaf, pixels, tokens, ends, noise)
            return (image, text, self.pullback(leaf, image, text, d_image, d_text))
        """;

    static Stream<Arguments> layersAndMasks() {
        List<LayerShape> full = List.of(new LayerShape(2, 20), new LayerShape(1, 9));
        List<LayerShape> headless = List.of(new LayerShape(1, 5), new LayerShape(0, 6));
        List<LayerShape> attentive = List.of(new LayerShape(0, 0), new LayerShape(2, 0));
        return Stream.of(full, headless, attentive)
                .flatMap(layers -> Stream.of(Arguments.of(layers, false), Arguments.of(layers, true)));
    }

    @ParameterizedTest
    @MethodSource("layersAndMasks")
    void pooledTokensAloneGiveWhatAllTokensGive(List<LayerShape> layers, boolean masked) {
        try (TensorScope manager = Torch.newScope()) {
            Layout layout = layout(layers, masked);
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP64);
            ClipKernel.Batch batch = batch(manager, layout, Precision.FP64, all());
            Tensor d = cotangent(manager, Precision.FP64, all());
            Script whole = ScriptArchive.compile(manager, KernelSource.of(layout, Precision.FP64) + WHOLE);
            Tensor[] in = {batch.weights(), batch.pixels(), batch.tokens(), batch.ends(), batch.noise(), d, d};
            List<Tensor> expected = whole.differentiate(manager, "whole_gradient", in);
            ClipKernel.Held held = kernel.hold(batch);
            assertClose(expected.get(0), held.image());
            assertClose(expected.get(1), held.text());
            assertClose(expected.get(2), kernel.pullback(held, d, d));
        }
    }

    @ParameterizedTest
    @MethodSource("layersAndMasks")
    void aTextInCompanyGivesWhatItGivesAlone(List<LayerShape> layers, boolean masked) {
        try (TensorScope manager = Torch.newScope()) {
            Layout layout = layout(layers, masked);
            ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP64);
            double[] sum = new double[layout.size()];
            double[] texts = new double[PAIRS * EMBEDDING];
            for (int i = 0; i < PAIRS; i++) {
                ClipKernel.Batch one = batch(manager, layout, Precision.FP64, new int[] {i});
                Tensor d = cotangent(manager, Precision.FP64, new int[] {i});
                System.arraycopy(kernel.student(one).text().doubles(), 0, texts, i * EMBEDDING, EMBEDDING);
                double[] gradient = kernel.gradient(one, d, d).doubles();
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += gradient[j];
                }
            }
            ClipKernel.Batch batch = batch(manager, layout, Precision.FP64, all());
            Tensor d = cotangent(manager, Precision.FP64, all());
            assertClose(manager.doubles(texts), kernel.student(batch).text());
            assertClose(manager.doubles(sum), kernel.gradient(batch, d, d));
        }
    }

    @Test
    void repeatsItsBits() {
        for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
            try (TensorScope manager = Torch.newScope()) {
                Layout layout = layout(List.of(new LayerShape(2, 20), new LayerShape(1, 9)), true);
                ClipKernel kernel = ClipKernel.compile(manager, layout, precision);
                ClipKernel.Batch batch = batch(manager, layout, precision, all());
                Tensor d = cotangent(manager, precision, all());
                float[] first = kernel.gradient(batch, d, d).floats();
                assertArrayEquals(first, kernel.gradient(batch, d, d).floats());
                assertArrayEquals(
                        first, kernel.pullback(kernel.hold(batch), d, d).floats());
            }
        }
    }

    private static Layout layout(List<LayerShape> layers, boolean masked) {
        ModelShape shape = new ModelShape(
                EMBEDDING,
                Activation.QUICK_GELU,
                new VisionTransformer(8, 4, 12, 4, layers),
                new TextTower(TOKENS, 30, 8, 4, layers));
        return Layout.of(shape, 30, masked, false);
    }

    private static int[] all() {
        return IntStream.range(0, PAIRS).toArray();
    }

    /** Those of the pairs; texts of all lengths, in no order, with tokens behind their ends. */
    private static ClipKernel.Batch batch(TensorScope manager, Layout layout, Precision precision, int[] pairs) {
        double[] weights = new double[layout.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Counter.normal(7, i) * (i < layout.maskStart() ? 0.4 : 1);
        }
        double[] noise = new double[layout.size() - layout.maskStart()];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = 0.001 + 0.998 * Counter.uniform(2, i);
        }
        int floats = 3 * 8 * 8;
        double[] pixels = new double[pairs.length * floats];
        long[] tokens = new long[pairs.length * TOKENS];
        long[] ends = new long[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            for (int j = 0; j < floats; j++) {
                pixels[i * floats + j] = Counter.normal(1, pairs[i] * floats + j);
            }
            for (int j = 0; j < TOKENS; j++) {
                tokens[i * TOKENS + j] = Counter.below(3, pairs[i] * TOKENS + j, 30);
            }
            ends[i] = pairs[i] * 8 % TOKENS;
        }
        return new ClipKernel.Batch(
                ClipKernelTest.tensor(manager, precision, weights),
                ClipKernelTest.tensor(manager, precision, pixels, pairs.length, 3, 8, 8),
                manager.longs(tokens, pairs.length, TOKENS),
                manager.longs(ends),
                ClipKernelTest.tensor(manager, precision, noise));
    }

    private static Tensor cotangent(TensorScope manager, Precision precision, int[] pairs) {
        double[] values = new double[pairs.length * EMBEDDING];
        for (int i = 0; i < values.length; i++) {
            values[i] = Counter.normal(4, pairs[i / EMBEDDING] * EMBEDDING + i % EMBEDDING);
        }
        return ClipKernelTest.tensor(manager, precision, values, pairs.length, EMBEDDING);
    }

    private static void assertClose(Tensor expected, Tensor actual) {
        double[] wanted = expected.doubles();
        double[] found = actual.doubles();
        assertEquals(wanted.length, found.length);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < wanted.length; i++) {
            largest = Math.max(largest, Math.abs(wanted[i]));
            difference = Math.max(difference, Math.abs(wanted[i] - found[i]));
        }
        assertTrue(difference <= ROUNDING * largest, "difference " + difference + " of " + largest);
    }
}
