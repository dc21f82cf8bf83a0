package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FactorisedStagesTest {
    private static final ModelShape TEACHER = SmallShapes.vitB32();
    private static final StageGoal HALF = new StageGoal.Learned(0.5, 40, 2, OptionalDouble.empty());

    @Test
    void theRankIsTheStudentsFromItsStageOn() {
        List<StagePlan> plans = StageGoal.plans(TEACHER, List.of(factorised(64), HALF, factorised(16)));
        assertEquals(1, plans.get(0).keep(), "the counted parameters stay");
        assertEquals(0.5, plans.get(2).keep());
        ModelShape shape = TEACHER;
        int[] ranks = {64, 64, 16};
        for (int i = 0; i < ranks.length; i++) {
            shape = plans.get(i).shape(shape);
            assertEquals(ranks[i], shape.text().tokenRank());
        }
    }

    @Test
    void aStudentChosenByHandOfAProductKeepsTheRank() {
        ManualStudent narrow = new ManualStudent(
                ManualStudent.Size.SAME, new ManualStudent.Size(OptionalInt.of(256), OptionalInt.empty()));
        List<StagePlan> plans = StageGoal.plans(TEACHER, List.of(factorised(64), new StageGoal.Manual(narrow, 2)));
        assertEquals(64, plans.get(1).student().orElseThrow().text().tokenRank());
    }

    /** Masks may leave a width that a product would only make larger. */
    @Test
    void aTableNoWiderThanTheRankStaysWhole() {
        StagePlan stage = StagePlan.factorised(0.5, 64, 1);
        ModelShape wide = SmallShapes.middling();
        assertTrue(wide.text().width() < 64);
        assertEquals(wide, stage.shape(wide));
    }

    @Test
    void refusesARankThatSavesNothing() {
        refused(List.of(factorised(512)), "stage 1: token-rank [512] must be below the text width [512]");
        refused(List.of(HALF, factorised(600)), "stage 2: token-rank [600]");
        refused(List.of(factorised(32), HALF, factorised(32)), "stage 3: token-rank [32] must be below the rank [32]");
        ModelShape begun = TEACHER.withTokenRank(8);
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> StageGoal.plans(TEACHER, begun, List.of(factorised(9)), BudgetPlan.PARAMETERS))
                .getMessage();
        assertTrue(message.contains("below the rank [8]"), message);
    }

    @Test
    void refusesWhatIsTooWideToBeDecomposed() {
        ModelShape wide = new ModelShape(
                TEACHER.embedding(),
                TEACHER.activation(),
                TEACHER.image(),
                TEACHER.text().with(1344, TEACHER.text().layers()));
        String message = assertThrows(InvalidInputException.class, () -> StageGoal.plans(wide, List.of(factorised(32))))
                .getMessage();
        assertTrue(message.contains("a text width of at most [1280]"), message);
    }

    /** Behind masks, whose split is nominal, the table is still known. */
    @Test
    void theForecastHasBothFactors() {
        List<StageGoal> goals = List.of(factorised(64), HALF, factorised(16));
        RunPlan plan = new RunPlan(
                1,
                32,
                8,
                4,
                StageGoal.plans(TEACHER, goals),
                false,
                new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.5, 0.05, 0.5, 1, 1));
        List<StageForecast> forecasts = StageForecast.of(TEACHER, TEACHER, plan);
        assertEquals(Counts.of(TEACHER.withTokenRank(64)), forecasts.get(0).counts());
        assertEquals(64 * (49_408 + 512), forecasts.get(1).counts().tokenEmbedding());
        assertEquals(16 * (49_408 + 512), forecasts.get(2).counts().tokenEmbedding());
        assertEquals(
                77L * 512 * (64 - 16),
                forecasts.get(1).counts().macs() - forecasts.get(2).counts().macs(),
                "products with a smaller basis");
        assertEquals(forecasts.get(1).counts().text(), forecasts.get(2).counts().text());
    }

    private static StageGoal factorised(int rank) {
        return new StageGoal.Factorised(rank, 3);
    }

    private static void refused(List<StageGoal> goals, String part) {
        String message = assertThrows(InvalidInputException.class, () -> StageGoal.plans(TEACHER, goals))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
