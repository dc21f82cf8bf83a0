package io.tinyclip.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.inherit.MaskStart;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparsityTest {
    /** A power of two, so that logAlpha of the tests' grid plus or minus it is exact in float. */
    private static final float H = 0x1p-10f;

    @Test
    void countsTheBaseModelAsTheReferenceDoes() {
        ModelShape base = SmallShapes.vitB32();
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, base);
        assertEquals(85_017_600, costs.counted(base.vision()));
        assertEquals(37_804_032, costs.counted(base.text()));
        assertEquals(92_116_224, costs.target(0.75));
    }

    @Test
    void givesTheSparsityWorkedByHand() {
        Layout layout = MaskLayouts.masked(SmallShapes.smallest());
        MaskIndex index = MaskIndex.of(layout);
        float[] segment = new float[index.size()];
        Arrays.fill(segment, (float) (-2.0 / 3 * StrictMath.log(11))); // every mask open by half
        // A tower: 1 channel, half a head, 1 neuron expected: 3 * 2/2 * 2 + 1 * 2/2 + 1 + 2 + 1 + 1 = 12 of 36
        Sparsity sparsity = ParameterBudget.sparsity(layout, 72);
        assertEquals(2.0 / 3, sparsity.expected(segment), 1e-7);
        double[] gradient = sparsity.gradient(segment);
        assertEquals(-0.25 * 8 / 72, gradient[index.image().width().from()], 1e-8);
        assertEquals(
                -0.25 * 14 / 72, gradient[index.image().layers().get(0).heads().from()], 1e-8);
        assertEquals(
                -0.25 * 3 / 72, gradient[index.text().layers().get(0).neurons().from() + 1], 1e-8);
    }

    @Test
    void givesTheSparsityWithPaddingWorkedByHand() {
        Layout layout = MaskLayouts.masked(SmallShapes.smallest());
        MaskIndex index = MaskIndex.of(layout);
        float[] segment = new float[index.size()];
        Arrays.fill(segment, (float) (-2.0 / 3 * StrictMath.log(11))); // every mask open by half
        // A tower: 1 channel, the half head that fits it, 1 neuron: 3 * 1 * 2 + 1 * 1 + 1 + 2 + 1 + 1 = 12 of 36
        Sparsity sparsity = ParameterBudget.sparsity(layout, 72, true);
        assertEquals(2.0 / 3, sparsity.expected(segment), 1e-7);
        MaskGroup heads = index.image().layers().get(0).heads();
        segment[heads.from()] = -100; // no head open, and yet it is paid for
        assertEquals(2.0 / 3, sparsity.expected(segment), 1e-7);
        double[] gradient = sparsity.gradient(segment);
        assertEquals(0, gradient[heads.from()]);
        // Another channel: 8 * 1 + 4 of the attention, 2 * 1 + 1 of the rest
        assertEquals(-0.25 * 15 / 72, gradient[index.image().width().from()], 1e-8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientIsThatOfTheExpectedSparsity(boolean countsPadding) {
        Layout layout = MaskLayouts.masked(SmallShapes.uneven());
        Sparsity sparsity = ParameterBudget.sparsity(layout, 3000, countsPadding);
        float[] segment = MaskLayouts.random(layout, 11);
        double[] gradient = sparsity.gradient(segment);
        for (int i = 0; i < segment.length; i++) {
            float there = segment[i];
            segment[i] = there + H;
            double above = sparsity.expected(segment);
            segment[i] = there - H;
            double below = sparsity.expected(segment);
            segment[i] = there;
            // The difference's own error is H^2/6 of the third derivative, under 1e-6 of the slope's scale.
            assertEquals((above - below) / (2 * H), gradient[i], 1e-6 * largest(gradient), "mask " + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void addsTheGradientOfThePenalty(SparsityPenalty penalty) {
        Layout layout = MaskLayouts.masked(SmallShapes.uneven());
        MaskIndex index = MaskIndex.of(layout);
        Sparsity sparsity = ParameterBudget.sparsity(layout, ParameterBudget.counted(layout.shape()));
        float[] segment = MaskLayouts.random(layout, 5);
        segment[index.linear()] = 0.5f;
        segment[index.quadratic()] = 2;
        float[] gradient = new float[index.size()];
        Arrays.fill(gradient, 1);
        sparsity.addGradient(segment, gradient, 0.9, penalty);
        for (int i = 0; i < segment.length; i++) {
            double difference = penaltyAt(layout, segment, i, H, penalty) - penaltyAt(layout, segment, i, -H, penalty);
            assertEquals(1 + difference / (2 * H), gradient[i], 1e-6, "element " + i);
        }
    }

    /**
     * A sample's sparsity has the mean q and some variance v, so the mean of n independent ones is normal about q with
     * variance v / n (central limit theorem), v being known from the samples to a percent. A right q is more than five
     * of its deviations away once in 1.7 million draws; this draw is always the same.
     */
    @ParameterizedTest
    @ValueSource(strings = {"image", "text", "both"})
    void expectsTheMeanOfSampledMasks(String towers) {
        Layout layout = MaskLayouts.masked(SmallShapes.uneven());
        MaskIndex index = MaskIndex.of(layout);
        long total = ParameterBudget.counted(layout.shape());
        float[] segment = MaskLayouts.random(layout, 23);
        if (!towers.equals("both")) {
            close(segment, towers.equals("image") ? index.text() : index.image());
        }
        int samples = 10_000;
        double sum = 0;
        double squares = 0;
        for (int sample = 0; sample < samples; sample++) {
            double drawn = 1 - (double) countOpen(index, segment, sample) / total;
            sum += drawn;
            squares += drawn * drawn;
        }
        double mean = sum / samples;
        double deviationOfMean = StrictMath.sqrt((squares / samples - mean * mean) / samples);
        assertTrue(deviationOfMean < 0.002, "the test would not notice a wrong count");
        assertEquals(mean, ParameterBudget.sparsity(layout, total).expected(segment), 5 * deviationOfMean);
    }

    /** No mask of the tower is ever open: what remains is the other's. */
    private static void close(float[] segment, TowerMasks tower) {
        Arrays.fill(segment, tower.width().from(), tower.width().end(), -1e4f);
        tower.layers().forEach(layer -> {
            Arrays.fill(segment, layer.heads().from(), layer.heads().end(), -1e4f);
            Arrays.fill(segment, layer.neurons().from(), layer.neurons().end(), -1e4f);
        });
    }

    @ParameterizedTest
    @EnumSource
    void descentOnMasksAndAscentOnMultipliersReachTheTarget(SparsityPenalty penalty) {
        Layout layout = MaskLayouts.masked(SmallShapes.middling());
        MaskIndex index = MaskIndex.of(layout);
        Sparsity sparsity = ParameterBudget.sparsity(layout, ParameterBudget.counted(layout.shape()));
        float[] segment = MaskStart.maskSegment(layout, penalty);
        for (int step = 0; step < 800; step++) {
            float[] gradient = new float[index.size()];
            double target = 0.5 * Math.min(1, (step + 1) / 200.0);
            sparsity.addGradient(segment, gradient, target, penalty);
            for (MaskGroup group : index.groups()) {
                for (int i = group.from(); i < group.end(); i++) {
                    segment[i] = HardConcrete.clamp(segment[i] - 0.02f * Math.signum(gradient[i])); // as Adam moves
                }
            }
            segment[index.linear()] += 0.02f * gradient[index.linear()];
            segment[index.quadratic()] += 0.02f * gradient[index.quadratic()];
        }
        assertEquals(0.5, sparsity.expected(segment), 0.05);
    }

    private static double penaltyAt(Layout layout, float[] segment, int element, float shift, SparsityPenalty penalty) {
        float[] shifted = segment.clone();
        shifted[element] += shift;
        MaskIndex index = MaskIndex.of(layout);
        double expected = ParameterBudget.sparsity(layout, ParameterBudget.counted(layout.shape()))
                .expected(shifted);
        return penalty.at(shifted[index.linear()], shifted[index.quadratic()], 0.9, expected)
                .value();
    }

    private static long countOpen(MaskIndex index, float[] segment, int sample) {
        float[] noise = new float[segment.length];
        MaskNoise.fill(Counter.key(1, sample), noise);
        double count = 0;
        for (TowerMasks tower : index.towers()) {
            long width = open(segment, noise, tower.width());
            for (LayerMasks layer : tower.layers()) {
                long heads = open(segment, noise, layer.heads());
                long neurons = open(segment, noise, layer.neurons());
                count += Budget.layer(width, tower.tower().headWidth(), heads, neurons);
            }
        }
        return (long) count;
    }

    private static long open(float[] segment, float[] noise, MaskGroup group) {
        long open = 0;
        for (int i = group.from(); i < group.end(); i++) {
            open += HardConcrete.sample(segment[i], noise[i]) > 0 ? 1 : 0;
        }
        return open;
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }
}
