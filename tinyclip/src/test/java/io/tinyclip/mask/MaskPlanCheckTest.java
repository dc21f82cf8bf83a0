package io.tinyclip.mask;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskPlanCheckTest {
    private static final MaskPlan RECIPE = new MaskPlan(0.02, 0.02, 0.33, 1, 0);

    @Test
    void refusesAPhaseThatIsTooShortAndSaysHowLongItMustBe() {
        RunPlan plan = plan(RECIPE, new StagePlan(0.75, 3000, 10), new StagePlan(0.5, 499, 10));
        String message = assertThrows(InvalidInputException.class, () -> MaskPlanCheck.check(plan))
                .getMessage();
        assertTrue(
                message.contains("stage [1]") && message.contains("[499]") && message.contains("at least [500]"),
                message);
    }

    @Test
    void acceptsTheRecipeAndStagesWithoutMasks() {
        assertDoesNotThrow(() -> MaskPlanCheck.check(plan(RECIPE, new StagePlan(0.75, 500, 10))));
        assertDoesNotThrow(() -> MaskPlanCheck.check(plan(RECIPE, new StagePlan(1, 0, 10))));
        assertDoesNotThrow(
                () -> MaskPlanCheck.check(plan(RECIPE, new StagePlan(0.5, 500, 10), new StagePlan(0.5, 5, 10))));
    }

    @Test
    void refusesSettingsOutsideTheirBounds() {
        for (MaskPlan mask : List.of(
                new MaskPlan(0, 0.02, 0.33, 1, 0),
                new MaskPlan(Double.NaN, 0.02, 0.33, 1, 0),
                new MaskPlan(0.02, 0.02, 1.5, 1, 0),
                new MaskPlan(0.02, 0.02, 0.33, 7, 0),
                new MaskPlan(0.02, 0.02, 0.33, 1, -1))) {
            RunPlan plan = plan(mask, new StagePlan(0.75, 3000, 10));
            assertThrows(InvalidInputException.class, () -> MaskPlanCheck.check(plan), mask.toString());
        }
    }

    private static RunPlan plan(MaskPlan mask, StagePlan... stages) {
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        return new RunPlan(1, 8, 2, 1, List.of(stages), false, optimizer, mask);
    }
}
