package io.tinyclip.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class DivergenceTest {
    private static final int PAIRS = 6;
    private static final int WIDTH = 4;

    /** Logits (s, 0; 0, s) against (0, s; s, 0): s tanh(s / 2) in every row and column. */
    @Test
    void isWhatTwoRowsGiveByHand() {
        float[] straight = {1, 0, 0, 1};
        float[] crossed = {0, 1, 1, 0};
        Divergence divergence = new Divergence(3, 2, straight, straight);
        assertEquals(3 * Math.tanh(1.5), divergence.of(crossed, straight), 1e-12);
        assertEquals(3 * Math.tanh(1.5), divergence.of(straight, crossed), 1e-12);
        assertEquals(0, divergence.of(straight, straight));
    }

    @Test
    void isTheKernelsLossLessItsEntropy() {
        Embedded student = new Embedded(unit(1), unit(2));
        Embedded teacher = new Embedded(unit(3), unit(4));
        PartitionFeatures features = new PartitionFeatures(student, List.of(teacher));
        Divergence divergence = new Divergence(5, PAIRS, teacher.image(), teacher.text());
        try (TensorScope manager = Torch.newScope()) {
            LossCompute loss = new LossCompute(
                    AffinityKernel.compile(manager),
                    LossPlan.AFFINITY,
                    PAIRS,
                    5,
                    new LossCompute.Tiling(256, TileMemory.ALL));
            GlobalBatch batch = new GlobalBatch(manager.newScope(), false, List.of(features), PAIRS, Positives.NONE);
            LossCompute.Place place = new LossCompute.Place(manager, batch, 0, OptionalDouble.empty());
            float[] sums =
                    loss.loss(place, List.of(loss.logSumExps(place))).sums().floats();
            assertEquals(sums[0] - sums[1], divergence.of(student.image(), student.text()), 1e-5);
        }
    }

    private static float[] unit(long key) {
        float[] rows = new float[PAIRS * WIDTH];
        for (int row = 0; row < PAIRS; row++) {
            double squares = 0;
            for (int e = 0; e < WIDTH; e++) {
                double value = Counter.normal(key, row * WIDTH + e);
                squares += value * value;
                rows[row * WIDTH + e] = (float) value;
            }
            for (int e = 0; e < WIDTH; e++) {
                rows[row * WIDTH + e] /= (float) Math.sqrt(squares);
            }
        }
        return rows;
    }
}
