package io.tinyclip.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunPlanTest {
    @Test
    void everyStepOfTheRunHasItsOwnNumber() {
        RunPlan plan = plan(List.of(new StagePlan(0.5, 3, 1), new StagePlan(0.25, 2, 4)));
        long committed = 0;
        for (int stage = 0; stage < 2; stage++) {
            long inStage = 0;
            for (Phase phase : List.of(Phase.INHERIT, Phase.DISTILL)) {
                Cursor cursor = new Cursor(stage, phase, 0);
                while (!plan.phaseComplete(cursor)) {
                    assertEquals(committed++, plan.committedSteps(cursor));
                    assertEquals(inStage++, plan.dataPosition(cursor));
                    cursor = plan.next(cursor);
                }
            }
        }
        assertEquals(10, committed);
    }

    @Test
    void beginsWithItsFirstPhase() {
        RunPlan plan = plan(List.of(new StagePlan(0.5, 3, 1)));
        assertEquals(new Cursor(0, Phase.INHERIT, 0), plan.start());
        assertFalse(plan.phaseComplete(new Cursor(0, Phase.INHERIT, 2)));
        assertTrue(plan.phaseComplete(new Cursor(0, Phase.INHERIT, 3)));
        assertEquals(4, plan.partitionSize());
    }

    /** A checkpoint is known by its committed steps: without one after the cut, two vectors would share a name. */
    @ParameterizedTest
    @CsvSource({"0.5, 3, 0", "0.5, -1, 3", "0, 3, 3", "1.5, 3, 3", "NaN, 3, 3"})
    void refusesAStageThatCannotBeRun(double keep, int inherit, int train) {
        assertThrows(IllegalArgumentException.class, () -> new StagePlan(keep, inherit, train));
    }

    @Test
    void refusesARunWithoutStages() {
        assertThrows(IllegalArgumentException.class, () -> plan(List.of()));
    }

    private static RunPlan plan(List<StagePlan> stages) {
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        return new RunPlan(1, 8, 2, 1, stages, false, optimizer, new MaskPlan(0.02, 0.02, 0.33, 1, 0));
    }
}
