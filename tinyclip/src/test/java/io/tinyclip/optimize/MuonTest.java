package io.tinyclip.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.optimize.RowGroups.RowGroup;
import io.tinyclip.plan.MuonPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MuonTest {
    private static final OptimizerPlan ADAM = new OptimizerPlan(1e-2, 0, 0.9, 0.98, 1e-6, 0.2, 5);
    private static final double RATE = 0.01;
    private static final float CLIP = 0.5f;
    private static final int UPDATES = 3;
    /** Moments that are there already. */
    private static final long FIRST = 2;

    private static final long SECOND = 3;

    @Test
    void singularValuesGoThroughThePolynomial() {
        // diag(3, 4): singular values 0.6 and 0.8 after the norm, each by itself from there on.
        float[] wide = Muon.orthogonal(new float[] {3, 0, 0, 0, 4, 0}, 2, 3);
        assertArrayEquals(new float[] {(float) ironed(0.6), 0, 0, 0, (float) ironed(0.8), 0}, wide, 1e-5f);
        float[] tall = Muon.orthogonal(new float[] {3, 0, 0, 4, 0, 0}, 3, 2);
        assertArrayEquals(new float[] {(float) ironed(0.6), 0, 0, (float) ironed(0.8), 0, 0}, tall, 1e-5f);
        // A turn by an angle of 3-4-5 on the left changes nothing but the side.
        float[] turned = Muon.orthogonal(new float[] {0.6f * 3, -0.8f * 4, 0.8f * 3, 0.6f * 4}, 2, 2);
        double a = ironed(0.6);
        double b = ironed(0.8);
        assertArrayEquals(
                new float[] {(float) (0.6 * a), (float) (-0.8 * b), (float) (0.8 * a), (float) (0.6 * b)},
                turned,
                1e-5f);
    }

    /** Five times Jordan's quintic. */
    private static double ironed(double singular) {
        double x = singular;
        for (int i = 0; i < 5; i++) {
            x = 3.4445 * x - 4.7750 * x * x * x + 2.0315 * x * x * x * x * x;
        }
        return x;
    }

    @Test
    void whatIsAllButZeroIsNotWalkedAlong() {
        assertArrayEquals(new float[6], Muon.orthogonal(new float[6], 2, 3));
        assertArrayEquals(new float[6], Muon.orthogonal(new float[] {5e-8f, 0, 0, 0, 5e-8f, 0}, 2, 3));
        assertTrue(Muon.orthogonal(new float[] {2e-7f, 0, 0, 0, 2e-7f, 0}, 2, 3)[0] > 0.6);
    }

    /** No row is longer than its singular values let it be, and no two of them point the same way. */
    @Test
    void rowsOfAnyMatrixComeToBeNearlyOrthogonalWhateverItsSize() {
        for (int[] shape : new int[][] {{8, 40}, {40, 8}, {1, 9}}) {
            for (float size : new float[] {1e-5f, 1, 1e12f}) {
                int rows = shape[0];
                int columns = shape[1];
                float[] matrix = new float[rows * columns];
                for (int i = 0; i < matrix.length; i++) {
                    matrix[i] = size * (float) (Counter.uniform(5, i) - 0.5);
                }
                double[] x = new double[matrix.length];
                float[] made = Muon.orthogonal(matrix, rows, columns);
                for (int i = 0; i < x.length; i++) {
                    x[i] = rows <= columns ? made[i] : made[i % rows * columns + i / rows];
                }
                int side = Math.min(rows, columns);
                double[] identity = new double[side * side];
                for (int i = 0; i < identity.length; i += side + 1) {
                    identity[i] = 1;
                }
                int longer = Math.max(rows, columns);
                for (int i = 0; i < side; i++) {
                    for (int k = 0; k < side; k++) {
                        double dot = 0;
                        for (int j = 0; j < longer; j++) {
                            dot += x[i * longer + j] * x[k * longer + j];
                        }
                        // Squares of singular values lie between 0.45 and 1.5.
                        assertEquals(identity[i * side + k], dot, 0.55, rows + " x " + columns + ": " + i + ", " + k);
                    }
                }
            }
        }
    }

    @Test
    void refusesAShardThatBeginsInTheMidstOfABlock() {
        Layout layout = Layout.of(SmallShapes.middling(), 3_600, true, true);
        OptimizerPlan plan = ADAM.with(new MuonPlan(0.5, 0.2));
        Range midst = new Range(100, layout.size());
        float[] start = values(layout, 1);
        assertThrows(IllegalArgumentException.class, () -> train(layout, midst, plan, start));
    }

    @Test
    void layersMatricesFollowItAndAllElseAdam() {
        Layout layout = Layout.of(SmallShapes.uneven(), 3, true, true);
        Range all = new Range(0, layout.size());
        OptimizerPlan plan = ADAM.with(new MuonPlan(0.5, 0));
        float[] start = values(layout, 1);
        ShardOptimizer.State adam = train(layout, all, ADAM, start);
        ShardOptimizer.State both = train(layout, all, plan, start);
        float[] expected = adam.weights().toArray();
        float[] first = adam.first().toArray();
        float[] second = adam.second().toArray();
        for (RowGroup group : RowGroups.of(layout, all)) {
            if (group.image()) {
                transcription(layout, group, start, expected, first);
                for (int i = 0; i < group.floats(); i++) {
                    second[group.offset() + i] = values(layout, SECOND)[group.offset() + i];
                }
            }
        }
        assertArrayEquals(expected, both.weights().toArray(), 1e-5f);
        assertArrayEquals(first, both.first().toArray(), 1e-6f);
        assertArrayEquals(second, both.second().toArray());
        for (Segment segment : layout.segments()) {
            boolean moves = segment.name().startsWith("visual.") && RowGroups.has(segment);
            float[] one = adam.weights().range(segment.offset(), segment.end());
            float[] other = both.weights().range(segment.offset(), segment.end());
            assertEquals(moves, !Arrays.equals(one, other), segment.name());
        }
    }

    /** In double, by the formulas; as many updates as {@link #train} makes. */
    private static void transcription(Layout layout, RowGroup group, float[] start, float[] weights, float[] means) {
        int rows = group.rows();
        int columns = group.columns();
        double[] mean = new double[group.floats()];
        double[] weight = new double[group.floats()];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = values(layout, FIRST)[group.offset() + i];
            weight[i] = start[group.offset() + i];
        }
        for (int update = 0; update < UPDATES; update++) {
            float[] gradient = values(layout, 10 + update);
            double[] ahead = new double[mean.length];
            for (int i = 0; i < mean.length; i++) {
                double g = CLIP * gradient[group.offset() + i];
                mean[i] = 0.95 * mean[i] + 0.05 * g;
                ahead[i] = 0.95 * mean[i] + 0.05 * g;
            }
            double[] direction = ironed(ahead, rows, columns);
            for (int i = 0; i < mean.length; i++) {
                weight[i] =
                        weight[i] * (1 - RATE * 0.2) - RATE * 0.5 * Math.sqrt(Math.max(rows, columns)) * direction[i];
            }
        }
        for (int i = 0; i < mean.length; i++) {
            weights[group.offset() + i] = (float) weight[i];
            means[group.offset() + i] = (float) mean[i];
        }
    }

    /** X -> 3.4445 X - 4.7750 (X X') X + 2.0315 (X X')(X X') X, five times, from X over its Frobenius norm. */
    private static double[] ironed(double[] matrix, int rows, int columns) {
        double norm = 0;
        for (double value : matrix) {
            norm += value * value;
        }
        double[] x = new double[matrix.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = matrix[i] / Math.sqrt(norm);
        }
        for (int iteration = 0; iteration < 5; iteration++) {
            double[] cubic = onTheLeft(x, x, rows, columns);
            double[] quintic = onTheLeft(x, cubic, rows, columns);
            for (int i = 0; i < x.length; i++) {
                x[i] = 3.4445 * x[i] - 4.7750 * cubic[i] + 2.0315 * quintic[i];
            }
        }
        return x;
    }

    /** (x x') y. */
    private static double[] onTheLeft(double[] x, double[] y, int rows, int columns) {
        double[] product = new double[y.length];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < rows; k++) {
                double dot = 0;
                for (int j = 0; j < columns; j++) {
                    dot += x[i * columns + j] * x[k * columns + j];
                }
                for (int j = 0; j < columns; j++) {
                    product[i * columns + j] += dot * y[k * columns + j];
                }
            }
        }
        return product;
    }

    @Test
    void hasTheSameBitsByAnyNumberOfServersAndWrittenInPlace() {
        OptimizerPlan plan = ADAM.with(new MuonPlan(0.5, 0.2));
        Layout small = Layout.of(SmallShapes.middling(), 3_600, true, true);
        int bound = 2 * small.blockSize();
        assertTrue(
                small.segments().stream().anyMatch(it -> RowGroups.has(it) && it.offset() < bound && bound < it.end()),
                "a shard begins in the midst of a matrix");
        float[] start = values(small, 1);
        float[] whole =
                train(small, new Range(0, small.size()), plan, start).weights().toArray();
        assertArrayEquals(whole, besideTheWeights(small, plan, start));
        for (int servers : new int[] {2, 3}) {
            List<float[]> parts = new ArrayList<>();
            for (Range range : Shards.of(small, servers)) {
                parts.add(train(small, range, plan, start).weights().toArray());
            }
            int at = 0;
            for (float[] part : parts) {
                for (float value : part) {
                    assertEquals(whole[at++], value);
                }
            }
            assertEquals(small.size(), at);
        }
    }

    private static ShardOptimizer.State train(Layout layout, Range range, OptimizerPlan plan, float[] start) {
        FloatVector weights = part(start, range);
        ShardOptimizer.State state = new ShardOptimizer.State(
                weights, weights, part(values(layout, FIRST), range), part(values(layout, SECOND), range));
        for (int update = 0; update < UPDATES; update++) {
            FloatVector gradient = part(values(layout, 10 + update), range);
            AdamW.Update order = new AdamW.Update(new Rates(RATE, 0.05, 0.03, 0.5), CLIP, update + 1);
            new ShardOptimizer(plan).apply(layout, range, state, gradient, order);
        }
        return state;
    }

    /** As {@link #train} of the whole vector, each update written into another vector. */
    private static float[] besideTheWeights(Layout layout, OptimizerPlan plan, float[] start) {
        Range all = new Range(0, layout.size());
        FloatVector weights = FloatVector.of(start);
        FloatVector first = part(values(layout, FIRST), all);
        FloatVector second = part(values(layout, SECOND), all);
        for (int update = 0; update < UPDATES; update++) {
            FloatVector updated = FloatVector.allocate(layout.size());
            new ShardOptimizer(plan)
                    .apply(
                            layout,
                            all,
                            new ShardOptimizer.State(weights, updated, first, second),
                            part(values(layout, 10 + update), all),
                            new AdamW.Update(new Rates(RATE, 0.05, 0.03, 0.5), CLIP, update + 1));
            weights = updated;
        }
        return weights.toArray();
    }

    private static FloatVector part(float[] all, Range range) {
        return FloatVector.of(Arrays.copyOfRange(all, range.from(), range.to()));
    }

    private static float[] values(Layout layout, long key) {
        float[] values = new float[layout.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Counter.uniform(key, i) - (key == SECOND ? 0 : 0.5f);
        }
        return values;
    }
}
