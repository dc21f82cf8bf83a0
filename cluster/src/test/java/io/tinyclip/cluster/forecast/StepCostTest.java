package io.tinyclip.cluster.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.cluster.forecast.StepCost.Point;
import org.junit.jupiter.api.Test;

/** A step of 3 s, with 2 s for each partition and 0.5 s for each pair, and twice as many seconds of the processor. */
final class StepCostTest {
    private static final double CLOSE = 1e-9;

    private static Point point(int partitions, int pairs) {
        double seconds = 3 + 2 * partitions + 0.5 * partitions * pairs;
        return new Point(partitions, pairs, new Cost(seconds, 2 * seconds));
    }

    private final StepCost parts = StepCost.of(point(2, 8), point(4, 8), point(2, 32));

    @Test
    void threeSmallStepsTellTheWhole() {
        Cost whole = parts.of(16, 128, 1);
        assertEquals(3 + 2 * 16 + 0.5 * 16 * 128, whole.seconds(), CLOSE);
        assertEquals(2 * whole.seconds(), whole.processor(), CLOSE);
    }

    @Test
    void anotherStudentsPairsTakeWhatItsVectorDoesNot() {
        // Half the vector: 1.5 s and 1 s a partition; the rest, 0.25 s a pair, is measured.
        Point measured = new Point(2, 32, new Cost(1.5 + 2 + 16, 2 * (1.5 + 2 + 16)));
        Cost whole = parts.like(0.5, measured).of(16, 128, 1);
        assertEquals(1.5 + 16 + 0.25 * 16 * 128, whole.seconds(), CLOSE);
    }

    @Test
    void threadsThatWaitedTakeTimeAndNotTheProcessor() {
        Cost whole = parts.of(16, 128, 0.5);
        assertEquals(3 + (2 * 16 + 0.5 * 16 * 128) / 2, whole.seconds(), CLOSE);
        assertEquals(parts.of(16, 128, 1).processor(), whole.processor(), CLOSE);
    }

    @Test
    void partitionsThatCannotBeLargerCountAsTheyAre() {
        StepCost small = StepCost.of(point(2, 8), point(4, 8), point(2, 8));
        assertEquals(point(64, 8).cost().seconds(), small.of(64, 8, 1).seconds(), CLOSE);
    }
}
