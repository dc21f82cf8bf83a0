package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
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
        List<StagePlan> plans = StageGoal.plans(TEACHER, List.of(factorised(64), narrow(256)));
        assertEquals(64, plans.get(1).student().orElseThrow().text().tokenRank());
    }

    /** Masks may leave a width that a product would only make larger. */
    @Test
    void aTableNoWiderThanTheRankStaysAsItIs() {
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
        refused(TEACHER.withTokenRank(8), List.of(factorised(9)), "below the rank [8]");
    }

    @Test
    void refusesAStudentByHandWhoseProductIsNoSmallerThanItsTable() {
        List<StageGoal> goals = List.of(factorised(300), narrow(256));
        refused(goals, "stage 2: the student's text width [256] must be above the rank [300] of its token table");
        refused(TEACHER.withTokenRank(256), List.of(narrow(256)), "stage 1: the student's text width [256]");
        Factorisation.requirePossible(TEACHER, run(TEACHER, List.of(factorised(255), narrow(256))));
    }

    /** Whoever knows the teacher alone plans as who knows the student that the run begins as, and refuses nothing. */
    @Test
    void theStartIsNotJudgedByTheTeacher() {
        ModelShape teacher = TEACHER.withTokenRank(64);
        List<StageGoal> goals = List.of(factorised(100), HALF);
        assertEquals(100, run(teacher, goals).stages().get(0).tokenRank().orElseThrow());
        Factorisation.requirePossible(TEACHER, run(teacher, goals));
        refused(teacher, goals, "stage 1: token-rank [100] must be below the rank [64]");
    }

    @Test
    void refusesWhatIsTooWideToBeDecomposed() {
        ModelShape wide = new ModelShape(
                TEACHER.embedding(),
                TEACHER.activation(),
                TEACHER.image(),
                TEACHER.text().with(1344, TEACHER.text().layers()));
        refused(wide, List.of(factorised(32)), "stage 1: token-rank needs a text width of at most [1280]");
        Layout before = Layout.of(wide, 2, false, false);
        Layout after = Layout.of(wide.withTokenRank(32), 2, false, false);
        String message = assertThrows(IllegalArgumentException.class, () -> Factorisation.of(before, after))
                .getMessage();
        assertTrue(message.contains("a width of [1344]"), message);
    }

    /** Behind masks, whose split is nominal, the table is still known. */
    @Test
    void theForecastHasBothFactors() {
        List<StageGoal> goals = List.of(factorised(64), HALF, factorised(16));
        List<StageForecast> forecasts = StageForecast.of(TEACHER, TEACHER, run(TEACHER, goals));
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

    private static StageGoal narrow(int width) {
        return new StageGoal.Manual(
                new ManualStudent(
                        ManualStudent.Size.SAME, new ManualStudent.Size(OptionalInt.of(width), OptionalInt.empty())),
                2);
    }

    private static RunPlan run(ModelShape start, List<StageGoal> goals) {
        return new RunPlan(
                1,
                32,
                8,
                4,
                StageGoal.plans(start, goals),
                false,
                new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.5, 0.05, 0.5, 1, 1));
    }

    private static void refused(List<StageGoal> goals, String part) {
        refused(TEACHER, goals, part);
    }

    private static void refused(ModelShape start, List<StageGoal> goals, String part) {
        RunPlan plan = run(start, goals);
        String message = assertThrows(InvalidInputException.class, () -> Factorisation.requirePossible(start, plan))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
