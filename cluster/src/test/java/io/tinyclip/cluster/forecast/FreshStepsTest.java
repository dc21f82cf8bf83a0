package io.tinyclip.cluster.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Worked by hand: ten steps until pairs come again. */
final class FreshStepsTest {
    @Test
    void stagesAskOfWhatNoStageBeforeCameTo() {
        FreshSteps steps = new FreshSteps(10, 100);
        assertEquals(3, steps.of(0, 3));
        assertEquals(4, steps.of(3, 4));
        assertEquals(0, steps.of(0, 5));
        assertEquals(3, steps.of(5, 20));
        assertEquals(0, steps.of(0, 100));
    }

    @Test
    void whatHasNoRoomIsAskedEachTime() {
        FreshSteps steps = new FreshSteps(10, 4);
        assertEquals(10, steps.of(0, 10));
        assertEquals(6, steps.of(10, 10));
        assertEquals(0, steps.of(0, 4));
    }

    @Test
    void pairsThatNeverComeAgainAreKnownToTheNextStageAlone() {
        FreshSteps steps = new FreshSteps(Long.MAX_VALUE, 5);
        assertEquals(8, steps.of(0, 8));
        assertEquals(3, steps.of(0, 8));
    }
}
