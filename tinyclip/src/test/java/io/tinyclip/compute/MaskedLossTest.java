package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.mask.Costs;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.MaskNoise;
import io.tinyclip.mask.Sparsity;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.Activation;
import io.tinyclip.model.Group;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All that a step of an inherit phase descends on, loss and penalty, by finite differences in double. */
class MaskedLossTest {
    /** Shifts of a logAlpha on a grid of 1/64 by this, or half of it, are exact in float. */
    private static final float STEP = 0x1p-10f;

    private static final int PAIRS = 4;
    private static final double SCALE = 10;
    private static final ModelShape SHAPE = new ModelShape(
            6,
            Activation.QUICK_GELU,
            new VisionTransformer(4, 2, 12, 4, List.of(new LayerShape(3, 10), new LayerShape(0, 7))),
            new TextTower(4, 9, 8, 4, List.of(new LayerShape(2, 9), new LayerShape(1, 0))));
    private static final Layout LAYOUT = Layout.of(SHAPE, 9, true, false);
    private static final MaskIndex INDEX = MaskIndex.of(LAYOUT);
    private static final Sparsity SPARSITY = Sparsity.of(LAYOUT, Costs.of(BudgetPlan.PARAMETERS, SHAPE), false);

    @ParameterizedTest
    @CsvSource({"affinity, TWO_SIDED, 0.7", "affinity, ONE_SIDED, 0.7", "contrastive, TWO_SIDED, 0.1"})
    void gradientOfLossAndPenaltyAgreesWithCentralDifferences(String loss, SparsityPenalty penalty, double target) {
        float[] noise = new float[INDEX.size()];
        MaskNoise.fill(21, noise);
        float[] vector = vector();
        try (MaskedLoss masked = new MaskedLoss(LAYOUT, inputs(), target(loss))) {
            Objective objective = at -> masked.lossAt(at, noise) + valueOf(penalty, at, target);
            double[] byLoss = masked.at(vector, noise).gradient();
            float[] byPenalty = new float[INDEX.size()];
            SPARSITY.addGradient(maskSegment(vector), byPenalty, target, penalty);
            for (Segment segment : masks()) {
                double largest = 0;
                for (int i = segment.offset(); i < segment.end(); i++) {
                    double gradient = byLoss[i] + byPenalty[i - LAYOUT.maskStart()];
                    // The penalty's part is rounded to float.
                    assertEquals(difference(i, vector, objective), gradient, 1e-6, segment.name() + " at " + i);
                    largest = Math.max(largest, Math.abs(byLoss[i]));
                }
                boolean mask = segment.group() == Group.MASK;
                assertEquals(mask, largest > 1e-4, segment.name() + " has a gradient of the loss of " + largest);
            }
        }
    }

    private static double valueOf(SparsityPenalty penalty, float[] vector, double target) {
        float[] segment = maskSegment(vector);
        double expected = SPARSITY.expected(segment);
        return penalty.at(segment[INDEX.linear()], segment[INDEX.quadratic()], target, expected)
                .value();
    }

    private static List<Segment> masks() {
        return LAYOUT.segments().stream()
                .filter(segment -> segment.group() == Group.MASK || segment.group() == Group.MULTIPLIER)
                .toList();
    }

    private interface Objective {
        double at(float[] vector);
    }

    /** Central differences of two steps, extrapolated to none (Richardson): the error is of the steps' fourth power. */
    private static double difference(int element, float[] vector, Objective objective) {
        double coarse = slope(element, vector, STEP, objective);
        double fine = slope(element, vector, STEP / 2, objective);
        return (4 * fine - coarse) / 3;
    }

    private static double slope(int element, float[] vector, float step, Objective objective) {
        float[] above = vector.clone();
        float[] below = vector.clone();
        above[element] += step;
        below[element] -= step;
        return (objective.at(above) - objective.at(below)) / (2 * step);
    }

    private static float[] maskSegment(float[] vector) {
        return Arrays.copyOfRange(vector, LAYOUT.maskStart(), LAYOUT.size());
    }

    private static MaskedLoss.Target target(String loss) {
        return loss.equals("affinity")
                ? new MaskedLoss.Target.Affinity(SCALE, unit(5), unit(6))
                : new MaskedLoss.Target.Contrastive(SCALE, new long[] {3, 5, 3, 4});
    }

    private static MaskedLoss.Inputs inputs() {
        long[] tokens = {1, 5, 2, 0, 1, 7, 7, 2, 1, 2, 0, 0, 3, 4, 8, 6};
        return new MaskedLoss.Inputs(normal(1, PAIRS * 3 * 4 * 4), tokens, new long[] {2, 3, 1, 3});
    }

    /** Random weights; logAlpha on its grid between -1 and 1, so that few masks are at their bounds. */
    private static float[] vector() {
        float[] vector = new float[LAYOUT.size()];
        for (Segment segment : LAYOUT.segments()) {
            boolean mask = masks().contains(segment);
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector[i] = mask ? (Counter.below(7, i, 129) - 64) / 64f : 0.4f * (float) Counter.normal(7, i);
            }
        }
        return vector;
    }

    /** A teacher's embeddings. */
    private static float[] unit(long key) {
        float[] rows = normal(key, PAIRS * SHAPE.embedding());
        for (int from = 0; from < rows.length; from += SHAPE.embedding()) {
            double squares = 0;
            for (int i = from; i < from + SHAPE.embedding(); i++) {
                squares += (double) rows[i] * rows[i];
            }
            for (int i = from; i < from + SHAPE.embedding(); i++) {
                rows[i] /= (float) Math.sqrt(squares);
            }
        }
        return rows;
    }

    private static float[] normal(long key, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) Counter.normal(key, i);
        }
        return values;
    }
}
