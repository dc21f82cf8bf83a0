package io.tinyclip.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitializationTest {
    private static final long SEED = 7;
    private static final int WIDTH = 64;
    private static final Layout WIDE = Layout.of(wide(), 300, false, true);
    private static final float[] VECTOR = Initialization.random(WIDE, SEED);

    @ParameterizedTest
    @CsvSource({
        "token_embedding.weight, 0.02",
        "positional_embedding, 0.01",
        "text_projection, 0.125",
        "visual.proj, 0.125",
        "visual.positional_embedding, 0.125",
        "visual.conv1.weight, 0.0416667",
        "visual.transformer.resblocks.1.attn.in_proj_weight, 0.125",
        "visual.transformer.resblocks.1.attn.out_proj.weight, 0.0625",
        "transformer.resblocks.0.mlp.c_fc.weight, 0.0883883",
        "transformer.resblocks.0.mlp.c_proj.weight, 0.0883883"
    })
    void spreadsEachTensorAsOpenClipDoes(String name, double deviation) {
        float[] values = values(WIDE, VECTOR, name);
        double squares = 0;
        double sum = 0;
        for (float value : values) {
            squares += (double) value * value;
            sum += value;
        }
        double sixErrors = 6 / Math.sqrt(values.length);
        assertEquals(deviation, Math.sqrt(squares / values.length), deviation * sixErrors);
        assertEquals(0, sum / values.length, deviation * sixErrors);
    }

    @Test
    void startsNormsAtIdentityBiasesAtZeroAndTheScaleAtItsPublishedValue() {
        assertConstant(1, "visual.ln_pre.weight");
        assertConstant(1, "transformer.resblocks.0.ln_2.weight");
        assertConstant(0, "ln_final.bias");
        assertConstant(0, "visual.transformer.resblocks.0.attn.in_proj_bias");
        assertConstant(0, "visual.transformer.resblocks.0.mlp.c_proj.bias");
        assertConstant((float) StrictMath.log(1 / 0.07), "logit_scale");
    }

    @Test
    void givesATensorTheSameValuesWhateverLiesBeforeIt() {
        Layout fewRows = Layout.of(wide(), 20, false, false);
        float[] other = Initialization.random(fewRows, SEED);
        String late = "transformer.resblocks.0.attn.in_proj_weight";
        assertFalse(WIDE.segment(late).offset() == fewRows.segment(late).offset());
        assertArrayEquals(values(WIDE, VECTOR, late), values(fewRows, other, late));
    }

    @Test
    void givesTensorsAndSeedsTheirOwnNumbers() {
        String first = "visual.transformer.resblocks.0.attn.in_proj_weight";
        String second = "visual.transformer.resblocks.1.attn.in_proj_weight";
        float[] reseeded = Initialization.random(WIDE, SEED + 1);
        assertFalse(Arrays.equals(values(WIDE, VECTOR, first), values(WIDE, VECTOR, second)));
        assertFalse(Arrays.equals(values(WIDE, VECTOR, first), values(WIDE, reseeded, first)));
    }

    @Test
    void leavesThePaddingZero() {
        Layout layout = Layout.of(Shapes.cut(), 11, false, false);
        float[] vector = Initialization.random(layout, SEED);
        for (Segment segment : layout.segments()) {
            Arrays.fill(vector, segment.offset(), segment.end(), 0f);
        }
        assertArrayEquals(new float[layout.size()], vector);
    }

    @Test
    void startsAResidualNetworkAsOpenClipDoes() {
        Layout layout = Layout.of(SmallShapes.resnet(), 30, false, false);
        float[] vector = Initialization.random(layout, SEED);
        assertConstant(1, layout, vector, "visual.bn3.weight");
        assertConstant(1, layout, vector, "visual.layer1.0.bn1.weight");
        assertConstant(1, layout, vector, "visual.layer1.0.downsample.1.weight");
        assertConstant(0, layout, vector, "visual.layer1.0.bn3.weight");
        assertConstant(0, layout, vector, "visual.layer2.0.bn2.bias");
        assertConstant(0, layout, vector, "visual.layer2.0.bn2.running_mean");
        assertConstant(1, layout, vector, "visual.layer2.0.bn2.running_var");
        assertBound(1 / Math.sqrt(16 * 9), layout, vector, "visual.layer3.0.conv2.weight");
        assertBound(1 / Math.sqrt(128), layout, vector, "visual.attnpool.q_proj.bias");
        double squares = 0;
        float[] projection = values(layout, vector, "visual.attnpool.v_proj.weight");
        for (float value : projection) {
            squares += (double) value * value;
        }
        assertEquals(1.0 / 128, squares / projection.length, 0.001);
    }

    private static void assertBound(double bound, Layout layout, float[] vector, String name) {
        double largest = 0;
        for (float value : values(layout, vector, name)) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertEquals(bound, largest, bound * 0.05, name);
        assertTrue(largest <= bound, name);
    }

    @Test
    void refusesALayoutWithMasks() {
        Layout masked = Layout.of(wide(), 20, true, false);
        assertThrows(IllegalArgumentException.class, () -> Initialization.random(masked, SEED));
    }

    private static void assertConstant(float expected, String name) {
        assertConstant(expected, WIDE, VECTOR, name);
    }

    private static void assertConstant(float expected, Layout layout, float[] vector, String name) {
        float[] values = values(layout, vector, name);
        float[] constant = new float[values.length];
        Arrays.fill(constant, expected);
        assertArrayEquals(constant, values, name);
    }

    private static float[] values(Layout layout, float[] vector, String name) {
        Segment segment = layout.segment(name);
        return Arrays.copyOfRange(vector, segment.offset(), segment.end());
    }

    private static ModelShape wide() {
        LayerShape layer = new LayerShape(2, 4 * WIDTH);
        VisionTransformer image = new VisionTransformer(64, 8, WIDTH, 32, List.of(layer, layer));
        return new ModelShape(48, Activation.GELU, image, new TextTower(16, 300, WIDTH, 32, List.of(layer)));
    }
}
