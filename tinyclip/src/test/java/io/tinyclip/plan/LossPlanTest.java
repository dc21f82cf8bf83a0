package io.tinyclip.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LossPlanTest {
    @Test
    void onlyWhatATermNeedsIsExchanged() {
        assertEquals(4, LossPlan.AFFINITY.logSumExps());
        assertEquals(4, new LossPlan(0.5, 0.5, 1, 1).logSumExps());
        assertEquals(2, LossPlan.CONTRASTIVE.logSumExps());
        assertEquals(0, new LossPlan(0, 0, 1, 1).logSumExps());
    }

    @Test
    void teachersShareTheAffinityByWeight() {
        assertEquals(1, LossPlan.AFFINITY.share(0));
        LossPlan three = new LossPlan(
                1, 0, 0, 0, List.of(new LossPlan.FurtherTeacher(20, 2), new LossPlan.FurtherTeacher(50, 0.5)));
        assertEquals(3, three.teachers());
        assertEquals(8, three.logSumExps());
        assertEquals(1 / 3.5, three.share(0));
        assertEquals(2 / 3.5, three.share(1));
        assertEquals(0.5 / 3.5, three.share(2));
    }

    @Test
    void refusesTeachersWhomNoTermAsks() {
        List<LossPlan.FurtherTeacher> further = List.of(new LossPlan.FurtherTeacher(20, 2));
        assertThrows(IllegalArgumentException.class, () -> new LossPlan(0, 1, 1, 1, further));
        assertThrows(IllegalArgumentException.class, () -> new LossPlan.FurtherTeacher(20, 0));
        assertThrows(IllegalArgumentException.class, () -> new LossPlan.FurtherTeacher(Double.NaN, 1));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 2", "2, -1", "NaN, 1", "1, Infinity"})
    void refusesWeightsThatMakeNoLoss(double one, double other) {
        assertThrows(IllegalArgumentException.class, () -> new LossPlan(one, other, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new LossPlan(0, 0, one, other));
    }

    @Test
    void refusesARunFromScratchThatMimicsATeacher() {
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        MaskPlan mask = new MaskPlan(0.02, 0.02, 0.33, 1, 0);
        RunPlan scratch = new RunPlan(1, 8, 2, 1, List.of(new StagePlan(1, 0, 3)), true, optimizer, mask);
        assertEquals(LossPlan.CONTRASTIVE, scratch.loss());
        assertThrows(IllegalArgumentException.class, () -> scratch.with(LossPlan.AFFINITY));
    }
}
