package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.inherit.Gather;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.OldVector;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.ParameterBudget;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CutParityTest {
    private static final int BATCH = 3;

    @ParameterizedTest
    @ValueSource(doubles = {0.75, 0.5, 0.25})
    void cutModelGivesTheMaskedModelsOutput(double keep) {
        LayerShape layer = new LayerShape(3, 24);
        ModelShape shape = new ModelShape(
                8,
                Activation.GELU,
                new VisionTransformer(8, 4, 12, 4, List.of(layer, layer, layer)),
                new TextTower(6, 30, 12, 4, List.of(layer, layer)));
        Layout masked = Layout.of(shape, 30, true, false);
        assertSameOutput(masked, weights(masked, 0.4), keep, new MaskPlan(0.1, 0.1, 0.5, 1, 0));
    }

    /** Some layers lose their attention, others their feed-forward half: what they wrote stays as a constant. */
    @ParameterizedTest
    @CsvSource({"1, 0, 0.15", "1, 2, 0.1", "8, 0, 0.15", "8, 1, 0.1", "64, 0, 0.15", "64, 2, 0.15"})
    void cutModelGivesTheMaskedModelsOutputWhateverTheSizesAreRoundedTo(int roundTo, int minimumHeads, double keep) {
        LayerShape layer = new LayerShape(4, 256);
        ModelShape shape = new ModelShape(
                8,
                Activation.QUICK_GELU,
                new VisionTransformer(8, 4, 128, 16, List.of(layer, layer, layer)),
                new TextTower(6, 30, 128, 16, List.of(layer, layer)));
        Layout masked = Layout.of(shape, 30, true, false);
        float[] weights = weights(masked, 0.1);
        for (String closed :
                List.of("mask.visual.heads.1", "mask.visual.neurons.2", "mask.heads.0", "mask.neurons.1")) {
            Segment segment = masked.segment(closed);
            Arrays.fill(weights, segment.offset(), segment.end(), -5);
        }
        ModelShape after = assertSameOutput(masked, weights, keep, new MaskPlan(0.1, 0.1, 0.5, roundTo, minimumHeads));
        assertEquals(minimumHeads, after.vision().layers().get(1).heads());
        assertEquals(0, after.vision().layers().get(2).neurons());
        assertEquals(minimumHeads, after.text().layers().get(0).heads());
        assertEquals(0, after.text().layers().get(1).neurons());
        assertEquals(0, after.vision().width() % roundTo);
        assertTrue(after.vision().width() < 128 || after.text().width() < 128, after.toString());
    }

    /** @return the cut model's shape */
    private static ModelShape assertSameOutput(Layout masked, float[] weights, double keep, MaskPlan plan) {
        ModelShape shape = masked.shape();
        float[] logAlpha = Arrays.copyOfRange(weights, masked.maskStart(), masked.size());
        long target = ParameterBudget.target(keep, ParameterBudget.counted(shape));
        Kept kept = ParameterBudget.cut(masked, logAlpha, target, plan);
        Layout after = Layout.of(kept.shapeAfter(shape), 30, false, false);
        float[] cut = Gather.of(masked, after, kept, logAlpha).values(0, after.size(), OldVector.slice(weights, 0));
        assertTrue(after.size() < masked.size());
        float[] expected = embed(masked, weights, kept.softMasks(MaskIndex.of(masked), logAlpha));
        float[] actual = embed(after, cut, new float[0]);
        assertEquals(2 * BATCH * shape.embedding(), expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-5, "value " + i);
        }
        return after.shape();
    }

    private static float[] embed(Layout layout, float[] weights, float[] masks) {
        try (TensorScope manager = Torch.newScope()) {
            ClipKernel.Batch batch = new ClipKernel.Batch(
                    manager.floats(weights),
                    manager.floats(uniform(1, BATCH * 3 * 8 * 8), BATCH, 3, 8, 8),
                    manager.longs(new long[] {1, 5, 2, 0, 1, 7, 7, 2, 1, 2, 0, 0}, BATCH, 4),
                    manager.longs(new long[] {2, 3, 1}),
                    manager.floats(masks));
            ClipKernel.Embeddings out =
                    ClipKernel.compile(manager, layout, Precision.FP32).encode(batch);
            FloatBuffer both =
                    FloatBuffer.allocate((int) (out.image().size() + out.text().size()));
            return both.put(out.image().floats()).put(out.text().floats()).array();
        }
    }

    private static float[] weights(Layout layout, double spread) {
        float[] weights = new float[layout.size()];
        for (Segment segment : layout.segments()) {
            boolean mask = segment.name().startsWith("mask.");
            for (int i = segment.offset(); i < segment.end(); i++) {
                double normal = Counter.normal(11, i);
                weights[i] = (float) (mask ? 3 * normal : spread * normal);
            }
        }
        return weights;
    }

    private static float[] uniform(long key, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) Counter.uniform(key, i);
        }
        return values;
    }
}
