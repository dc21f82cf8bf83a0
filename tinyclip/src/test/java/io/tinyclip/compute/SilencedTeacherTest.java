package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.ManualStudent;
import io.tinyclip.inherit.ManualUnits;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import io.tinyclip.text.Tokenizer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SilencedTeacherTest {
    private static final LayerShape LAYER = new LayerShape(4, 24);
    private static final ModelShape SHAPE = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, 16, 4, List.of(LAYER, LAYER)),
            new TextTower(8, Tokenizer.clip().vocabulary(), 16, 4, List.of(LAYER)));
    private static final RandomPairs DATA = new RandomPairs();
    private static final TokenRows ROWS = DATA.rows(8);
    private static final Layout LAYOUT = Layout.of(SHAPE, ROWS.rows(), false, false);
    private static final MaskIndex INDEX = MaskIndex.of(Layout.of(SHAPE, ROWS.rows(), true, false));
    private static final String IMAGE_LAYER = "visual.transformer.resblocks.1.";
    private static final int DEAD_HEAD = 1;
    private static final int DEAD_NEURON = 5;

    @Test
    void aDeadUnitCostsNothingAndALivingOneSomething() {
        int heads = INDEX.image().layers().get(1).heads().from();
        int neurons = INDEX.image().layers().get(1).neurons().from();
        int textHeads = INDEX.text().layers().get(0).heads().from();
        int textWidth = INDEX.text().width().from();
        List<int[]> sets = List.of(
                new int[] {heads + DEAD_HEAD, neurons + DEAD_NEURON},
                new int[] {heads},
                new int[] {neurons, neurons + 1},
                new int[] {textHeads + 2},
                new int[] {textWidth + 3});
        double[] losses = measure(sets, 2, 1);
        assertEquals(0, losses[0]);
        for (int i = 1; i < losses.length; i++) {
            assertTrue(losses[i] > 1e-9, "set " + i + " costs " + losses[i]);
        }
    }

    @Test
    void theBitsDependNeitherOnThreadsNorOnOtherSets() {
        List<int[]> sets =
                List.of(new int[] {0}, new int[] {INDEX.text().width().from()}, new int[] {1, 2});
        double[] together = measure(sets, 2, 3);
        assertArrayEquals(together, measure(sets, 2, 1));
        assertEquals(together[2], measure(sets.subList(2, 3), 2, 1)[0]);
        assertTrue(together[2] != measure(sets.subList(2, 3), 1, 1)[0], "another number of batches has other pairs");
    }

    @Test
    void aStudentByImportanceLeavesTheDeadUnitsBehind() {
        ManualStudent.Size narrower = new ManualStudent.Size(OptionalInt.of(12), OptionalInt.empty());
        List<StageGoal> goals = List.of(new StageGoal.Manual(
                new ManualStudent(narrower, ManualStudent.Size.SAME, ManualStudent.By.IMPORTANCE, 2), 1));
        Kept kept = ManualUnits.of(
                        LAYOUT,
                        vector(),
                        goals,
                        StageGoal.plans(SHAPE, goals),
                        (sets, batches) -> measure(sets, batches, 2))
                .get(0);
        assertArrayEquals(new int[] {0, 2, 3}, kept.image().layers().get(1).heads());
        int[] neurons = kept.image().layers().get(1).neurons();
        assertEquals(18, neurons.length);
        for (int neuron : neurons) {
            assertTrue(neuron != DEAD_NEURON);
        }
        assertEquals(16, kept.text().width().length);
    }

    private static double[] measure(List<int[]> sets, int batches, int threads) {
        SilencedTeacher.Setup setup = new SilencedTeacher.Setup(
                new Teacher(LAYOUT, vector()),
                DATA,
                ROWS,
                Preprocessing.clip(8),
                20,
                1,
                10,
                threads,
                ComputeDevice.CPU);
        try (SilencedTeacher teacher = new SilencedTeacher(setup)) {
            return teacher.measure(sets, batches, done -> {});
        }
    }

    /** Random, but for what a head and a neuron write, which is nothing. */
    private static FloatVector vector() {
        float[] vector = new float[LAYOUT.size()];
        for (Segment segment : LAYOUT.segments()) {
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector[i] = (float) (0.4 * Counter.normal(11, i));
            }
        }
        Segment heads = LAYOUT.segment(IMAGE_LAYER + "attn.out_proj.weight");
        Segment neurons = LAYOUT.segment(IMAGE_LAYER + "mlp.c_proj.weight");
        for (int channel = 0; channel < 16; channel++) {
            for (int k = 0; k < 4; k++) {
                vector[heads.offset() + channel * 16 + DEAD_HEAD * 4 + k] = 0;
            }
            vector[neurons.offset() + channel * 24 + DEAD_NEURON] = 0;
        }
        return FloatVector.of(vector);
    }
}
