package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.mask.HardConcrete;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.MomentTransfer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatherTest {
    private static final Layout BEFORE = MaskSegments.masked(SmallShapes.uneven());
    private static final int K = BEFORE.shape().vision().headWidth();
    private static final Kept KEPT = new Kept(
            new TowerKept(
                    new int[] {0, 2, 3, 6},
                    List.of(
                            new LayerKept(new int[] {0, 2}, new int[] {1, 4, 5, 9}),
                            new LayerKept(new int[0], new int[0]))),
            new TowerKept(
                    new int[] {1, 2, 5},
                    List.of(
                            new LayerKept(new int[] {1}, new int[0]),
                            new LayerKept(new int[0], new int[] {4}),
                            new LayerKept(new int[] {0}, new int[] {0, 8}))));
    private static final Layout AFTER = MaskSegments.after(BEFORE, KEPT);
    private static final float[] OLD = oldVector();

    private final Gather gather = Gather.of(BEFORE, AFTER, KEPT, maskSegment());
    private final float[] whole = gather.values(0, AFTER.size(), OldVector.slice(OLD, 0));
    private final Set<String> checked = new HashSet<>();

    @Test
    void isTheNaiveCutOfEveryTensor() {
        checkImage();
        checkText();
        assertEquals(AFTER.segments().stream().map(Segment::name).toList().size(), checked.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 64, 333})
    void givesTheSameByRangeFromOnlyTheSourceItNames(int step) {
        for (int from = 0; from < AFTER.size(); from += step) {
            int to = Math.min(AFTER.size(), from + step);
            SourceRange source = gather.source(from, to);
            float[] slice = Arrays.copyOfRange(OLD, source.from(), source.to());
            float[] part = gather.values(from, to, OldVector.slice(slice, source.from()));
            assertArrayEquals(Arrays.copyOfRange(whole, from, to), part);
        }
    }

    @Test
    void carriesMomentsUnscaledAndMakesFreshOnesZero() {
        float[] carried = gather.moments(MomentTransfer.CARRIED, 0, AFTER.size(), OldVector.slice(OLD, 0));
        int bias = AFTER.segment("visual.transformer.resblocks.1.attn.out_proj.bias")
                .offset();
        int oldBias = BEFORE.segment("visual.transformer.resblocks.1.attn.out_proj.bias")
                .offset();
        assertEquals(OLD[oldBias + 6], carried[bias + 3]);
        float[] fresh = gather.moments(MomentTransfer.FRESH, 0, AFTER.size(), OldVector.slice(OLD, 0));
        assertArrayEquals(new float[AFTER.size()], fresh);
    }

    @Test
    void leavesPaddingZero() {
        float[] values = whole.clone();
        AFTER.segments().forEach(segment -> Arrays.fill(values, segment.offset(), segment.end(), 0));
        assertArrayEquals(new float[AFTER.size()], values);
    }

    @Test
    void refusesALayoutThatIsNotTheCuts() {
        Layout other = Layout.of(BEFORE.shape(), MaskSegments.TOKEN_ROWS, false, false);
        float[] segment = maskSegment();
        assertThrows(IllegalArgumentException.class, () -> Gather.of(BEFORE, other, KEPT, segment));
    }

    private void checkImage() {
        int[] width = KEPT.image().width();
        int patchFloats = 3 * 2 * 2;
        for (int c = 0; c < width.length; c++) {
            double w = soft("mask.visual.width", width[c]);
            check("visual.class_embedding", c, width[c], w);
            for (int p = 0; p < 5; p++) {
                check("visual.positional_embedding", p * 4 + c, p * 8 + width[c], w);
            }
            for (int f = 0; f < patchFloats; f++) {
                check("visual.conv1.weight", c * patchFloats + f, width[c] * patchFloats + f, w);
            }
            for (int e = 0; e < 5; e++) {
                check("visual.proj", c * 5 + e, width[c] * 5 + e, 1);
            }
        }
        checkNorm("visual.ln_pre", width);
        checkNorm("visual.ln_post", width);
        checkLayers("visual.", KEPT.image(), BEFORE.shape().vision().layers(), 8);
    }

    private void checkText() {
        int[] width = KEPT.text().width();
        for (int c = 0; c < width.length; c++) {
            double w = soft("mask.width", width[c]);
            for (int row = 0; row < 3; row++) {
                check("token_embedding.weight", row * 3 + c, row * 6 + width[c], w);
                check("positional_embedding", row * 3 + c, row * 6 + width[c], w);
            }
            for (int e = 0; e < 5; e++) {
                check("text_projection", c * 5 + e, width[c] * 5 + e, 1);
            }
        }
        checkNorm("ln_final", width);
        checkLayers("", KEPT.text(), BEFORE.shape().text().layers(), 6);
        check("logit_scale", 0, 0, 1);
    }

    private void checkLayers(String tower, TowerKept kept, List<LayerShape> before, int oldWidth) {
        for (int layer = 0; layer < before.size(); layer++) {
            String name = tower + "transformer.resblocks." + layer + ".";
            LayerKept now = kept.layers().get(layer);
            for (int c = 0; c < kept.width().length; c++) {
                double w = soft("mask." + tower + "width", kept.width()[c]);
                check(name + "attn.out_proj.bias", c, kept.width()[c], w);
                check(name + "mlp.c_proj.bias", c, kept.width()[c], w);
            }
            if (now.heads().length > 0) {
                checkNorm(name + "ln_1", kept.width());
                checkAttention(
                        name, "mask." + tower, layer, kept, before.get(layer).heads(), oldWidth);
            }
            if (now.neurons().length > 0) {
                checkNorm(name + "ln_2", kept.width());
                checkFeedForward(
                        name, "mask." + tower, layer, kept, before.get(layer).neurons(), oldWidth);
            }
        }
    }

    private void checkAttention(String name, String mask, int layer, TowerKept kept, int oldHeads, int oldWidth) {
        int[] heads = kept.layers().get(layer).heads();
        int[] width = kept.width();
        for (int h = 0; h < heads.length; h++) {
            double m = soft(mask + "heads." + layer, heads[h]);
            for (int k = 0; k < K; k++) {
                for (int c = 0; c < width.length; c++) {
                    int to = c * heads.length * K + h * K + k;
                    int from = width[c] * oldHeads * K + heads[h] * K + k;
                    check(name + "attn.out_proj.weight", to, from, soft(mask + "width", width[c]) * m);
                    for (int part = 0; part < 3; part++) {
                        int row = (part * heads.length + h) * K + k;
                        int oldRow = (part * oldHeads + heads[h]) * K + k;
                        check(name + "attn.in_proj_bias", row, oldRow, 1);
                        check(name + "attn.in_proj_weight", row * width.length + c, oldRow * oldWidth + width[c], 1);
                    }
                }
            }
        }
    }

    private void checkFeedForward(String name, String mask, int layer, TowerKept kept, int oldNeurons, int oldWidth) {
        int[] neurons = kept.layers().get(layer).neurons();
        int[] width = kept.width();
        for (int n = 0; n < neurons.length; n++) {
            double m = soft(mask + "neurons." + layer, neurons[n]);
            check(name + "mlp.c_fc.bias", n, neurons[n], 1);
            for (int c = 0; c < width.length; c++) {
                check(name + "mlp.c_fc.weight", n * width.length + c, neurons[n] * oldWidth + width[c], 1);
                double w = soft(mask + "width", width[c]);
                check(name + "mlp.c_proj.weight", c * neurons.length + n, width[c] * oldNeurons + neurons[n], w * m);
            }
        }
    }

    private void checkNorm(String name, int[] width) {
        for (int c = 0; c < width.length; c++) {
            check(name + ".weight", c, width[c], 1);
            check(name + ".bias", c, width[c], 1);
        }
    }

    private void check(String name, int element, int oldElement, double factor) {
        float old = OLD[BEFORE.segment(name).offset() + oldElement];
        float now = whole[AFTER.segment(name).offset() + element];
        assertEquals(old * factor, now, 1e-6 * Math.abs(old), name + " " + element);
        checked.add(name);
    }

    private static double soft(String mask, int unit) {
        return HardConcrete.soft(OLD[BEFORE.segment(mask).offset() + unit]);
    }

    private static float[] maskSegment() {
        return Arrays.copyOfRange(OLD, BEFORE.maskStart(), BEFORE.size());
    }

    private static float[] oldVector() {
        float[] vector = MaskSegments.vector(BEFORE, 2);
        float[] segment = MaskSegments.random(BEFORE, 3, 4);
        System.arraycopy(segment, 0, vector, BEFORE.maskStart(), segment.length);
        return vector;
    }
}
