package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.ParameterBudget;
import io.tinyclip.model.Activation;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Which students of learned masks the formats with uniform layers can hold. */
class CutExportTest {
    private static final int SEEDS = 20;
    private static final LayerShape LAYER = new LayerShape(6, 48);
    private static final ModelShape TEACHER = new ModelShape(
            6,
            Activation.GELU,
            new VisionTransformer(8, 4, 24, 4, Collections.nCopies(2, LAYER)),
            new TextTower(7, 11, 24, 4, Collections.nCopies(3, LAYER)));

    @Test
    void exportableStudentsFitFormatsWithUniformLayersStageAfterStage() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ModelShape first = cut(TEACHER, seed, 0.7, Exportable.TRUE);
            ModelShape second = cut(first, SEEDS + seed, 0.3, Exportable.TRUE);
            assertDoesNotThrow(() -> UniformLayers.of(SmallModels.of(first), "any"));
            assertDoesNotThrow(() -> UniformLayers.of(SmallModels.of(second), "any"));
        }
    }

    @Test
    void denseStudentsKeepToTheBudgetAsExportedAndNeedNoZeros() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ModelShape first = cut(TEACHER, seed, 0.7, Exportable.DENSE);
            ModelShape second = cut(first, SEEDS + seed, 0.3, Exportable.DENSE);
            assertEquals(first, UniformLayers.of(SmallModels.of(first), "any").shape());
            assertEquals(second, UniformLayers.of(SmallModels.of(second), "any").shape());
            assertTrue(ParameterBudget.counted(first) <= ParameterBudget.target(0.7, ParameterBudget.counted(TEACHER)));
            assertTrue(
                    ParameterBudget.counted(second) <= ParameterBudget.target(0.3, ParameterBudget.counted(TEACHER)));
        }
    }

    @Test
    void theBudgetAlonePaysNoPadding() {
        int beyond = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            ModelShape shape = cut(TEACHER, seed, 0.7, Exportable.TRUE);
            long target = ParameterBudget.target(0.7, ParameterBudget.counted(TEACHER));
            assertTrue(ParameterBudget.counted(shape) <= target);
            beyond += ParameterBudget.counted(UniformLayers.of(SmallModels.of(shape), "any")
                                    .shape())
                            > target
                    ? 1
                    : 0;
        }
        assertTrue(beyond > SEEDS / 2, beyond + " of " + SEEDS + " are beyond it once padded");
    }

    @Test
    void othersMostlyDoNot() {
        int refused = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                UniformLayers.of(SmallModels.of(cut(TEACHER, seed, 0.7, Exportable.FALSE)), "any");
            } catch (InvalidInputException e) {
                assertTrue(e.getMessage().endsWith("tinyclip.mask.exportable = true"), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > SEEDS / 2, refused + " of " + SEEDS + " were refused");
    }

    /** @param keep of the teacher's counted parameters */
    private static ModelShape cut(ModelShape before, long seed, double keep, Exportable exportable) {
        Layout layout = Layout.of(before, 3, true, false);
        float[] scores = new float[layout.size() - layout.maskStart()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (8 * Counter.uniform(seed, i) - 4);
        }
        MaskPlan plan = new MaskPlan(0.02, 0.02, 0.33, 1, 1, false, exportable);
        long target = ParameterBudget.target(keep, ParameterBudget.counted(TEACHER));
        return ParameterBudget.cut(layout, scores, target, plan).shapeAfter(before);
    }
}
