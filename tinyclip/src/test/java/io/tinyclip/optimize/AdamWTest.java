package io.tinyclip.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Group;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdamWTest {
    private static final Layout LEARNED = Layout.of(SmallShapes.uneven(), 3, true, true);
    private static final Layout FIXED = Layout.of(SmallShapes.uneven(), 3, true, false);
    private static final Layout RESNET = Layout.of(SmallShapes.resnet(), 3, false, true);
    private static final double LN_100 = 4.605170185988092;
    private static final OptimizerPlan PLAN = new OptimizerPlan(1, 0, 0.9, 0.98, 1e-3, 0.2, 5);
    private static final Rates RATES = new Rates(0.01, 0.05, 0.03, 0.5);
    private static final int UPDATES = 4;

    /** The vector and its moments after some updates. */
    private record Trained(float[] weights, float[] first, float[] second) {}

    @Test
    void twoUpdatesAreThoseWorkedByHand() {
        // beta1 1/2, beta2 3/4, decay 0.1, epsilon 0, rate 0.1, w = 2, gradients 1 and -2:
        // 1: m = 1/2, v = 1/4, corrected 1 and 1: w = 2 * 0.99 - 0.1 = 1.88
        // 2: m = 1/4 - 1 = -3/4, corrected -1; v = 3/16 + 1 = 19/16, corrected 19/7:
        //    w = 1.88 * 0.99 + 0.1 / sqrt(19/7) = 1.9218977
        assertArrayEquals(new double[] {1.88, 1.9218977}, twoUpdates(0, 1), 1e-6);
        // epsilon 1 stands beside the corrected root: 1.98 - 0.1 / 2 = 1.93; 1.93 * 0.99 + 0.1 / (1 + sqrt(19/7))
        assertArrayEquals(new double[] {1.93, 1.9484714}, twoUpdates(1, 1), 1e-6);
        // Adam forgets a factor on the gradient where epsilon is 0
        assertArrayEquals(new double[] {1.88, 1.9218977}, twoUpdates(0, 0.25f), 1e-6);
        // 1.98 - 0.1 * 0.25 / 1.25 = 1.96; then 1.96 * 0.99 + 0.1 * 0.25 / (1 + 0.25 * sqrt(19/7))
        assertArrayEquals(new double[] {1.96, 1.9581069}, twoUpdates(1, 0.25f), 1e-6);
    }

    private static double[] twoUpdates(double epsilon, float clip) {
        AdamW adam = new AdamW(new OptimizerPlan(1, 0, 0.5, 0.75, epsilon, 0.1, 1));
        Segment segment = ofGroup(LEARNED, Group.DECAY);
        Range one = new Range(segment.offset(), segment.offset() + 1);
        float[] first = new float[1];
        float[] second = new float[1];
        float[] weights = {2};
        double[] after = new double[2];
        float[][] gradients = {{1}, {-2}};
        for (int i = 0; i < after.length; i++) {
            float[] updated = new float[1];
            AdamW.State state = new AdamW.State(weights, updated, first, second);
            adam.apply(LEARNED, one, state, gradients[i], new AdamW.Update(new Rates(0.1, 0, 0, 0), clip, i + 1));
            after[i] = updated[0];
            weights = updated;
        }
        return after;
    }

    @ParameterizedTest
    @ValueSource(floats = {1, 0.3f})
    void everyGroupFollowsItsOwnRule(float clip) {
        for (Layout layout : new Layout[] {LEARNED, FIXED, RESNET}) {
            float[] start = start(layout);
            float[] trained = train(layout, new Range(0, layout.size()), clip).weights;
            for (Segment segment : layout.segments()) {
                for (int i = segment.offset(); i < segment.end(); i++) {
                    double expected = transcription(segment.group(), start[i], i, clip);
                    assertEquals(expected, trained[i], 1e-5 * (1 + Math.abs(expected)), segment.name() + " at " + i);
                }
            }
        }
        assertEquals(EnumSet.allOf(Group.class), EnumSet.copyOf(groups()));
    }

    /** Loshchilov and Hutter's algorithm 2, in double, written without a look at the floats' order. */
    private static double transcription(Group group, double start, int index, double clip) {
        if (group == Group.FIXED) {
            return start;
        }
        if (group == Group.STATISTICS) {
            return running(start, index);
        }
        double rate = group == Group.MASK ? 0.05 : group == Group.MULTIPLIER ? 0.03 : 0.01;
        double direction = group == Group.MULTIPLIER ? 1 : -1;
        double w = start;
        double m = 0;
        double v = 0;
        for (int t = 1; t <= UPDATES; t++) {
            double g = clip * gradient(t, index);
            m = 0.9 * m + 0.1 * g;
            v = 0.98 * v + 0.02 * g * g;
            double step = m / (1 - Math.pow(0.9, t)) / (Math.sqrt(v / (1 - Math.pow(0.98, t))) + 1e-3);
            w += direction * rate * step - (group == Group.DECAY ? rate * 0.2 * w : 0);
            if (group == Group.MASK) {
                w = Math.max(-LN_100, Math.min(LN_100, w));
            }
            if (group == Group.LOGIT_SCALE) {
                w = Math.max(0, Math.min(LN_100, w));
            }
        }
        return w;
    }

    /** PyTorch's batch norm; clipping has no say. */
    private static double running(double start, int index) {
        double w = start;
        for (int t = 1; t <= UPDATES; t++) {
            w = 0.9 * w + 0.1 * gradient(t, index);
        }
        return w;
    }

    @Test
    void statisticsHaveNoMomentsOfAdam() {
        Trained trained = train(RESNET, new Range(0, RESNET.size()), 1);
        Segment segment = RESNET.segment("visual.layer4.0.bn3.running_var");
        float[] zeros = new float[segment.count()];
        assertArrayEquals(zeros, Arrays.copyOfRange(trained.first, segment.offset(), segment.end()));
        assertArrayEquals(zeros, Arrays.copyOfRange(trained.second, segment.offset(), segment.end()));
    }

    @Test
    void multipliersAscendAndAllElseDescends() {
        for (Segment segment : LEARNED.segments()) {
            float moved = move(segment, 1, 1) - 1;
            boolean decays = segment.group() == Group.DECAY;
            // The first update of Adam moves by its rate, whatever the gradient's size.
            double expected =
                    switch (segment.group()) {
                        case MULTIPLIER -> 0.03;
                        case MASK -> -0.05;
                        default -> -0.01;
                    };
            assertEquals(expected - (decays ? 0.01 * 0.2 : 0), moved, 1e-4, segment.name());
        }
    }

    @Test
    void masksAndTheLogitScaleStopAtTheirBounds() {
        float bound = (float) LN_100;
        Segment mask = ofGroup(LEARNED, Group.MASK);
        assertEquals(bound, move(mask, bound - 0.01f, -1));
        assertEquals(-bound, move(mask, 0.01f - bound, 1));
        Segment scale = ofGroup(LEARNED, Group.LOGIT_SCALE);
        assertEquals(bound, move(scale, bound - 0.001f, -1));
        assertEquals(0, move(scale, 0.001f, 1));
        assertTrue(move(ofGroup(LEARNED, Group.MULTIPLIER), -7, -1) < -7, "a multiplier has no bound");
        assertTrue(move(ofGroup(LEARNED, Group.NO_DECAY), 7, -1) > 7, "a weight has no bound");
    }

    @ParameterizedTest
    @EnumSource(names = {"MASK", "MULTIPLIER", "DECAY"})
    void aRateOfZeroLeavesTheGroupAsItIs(Group group) {
        Segment segment = ofGroup(LEARNED, group);
        Range one = new Range(segment.offset(), segment.offset() + 1);
        float[] updated = new float[1];
        AdamW.State state = new AdamW.State(new float[] {1.5f}, updated, new float[1], new float[1]);
        new AdamW(PLAN).apply(LEARNED, one, state, new float[] {3}, new AdamW.Update(new Rates(0, 0, 0, 0), 1, 1));
        assertEquals(1.5f, updated[0]);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25})
    void theTokenTableMayTakeAShareOfTheRate(double share) {
        Range all = new Range(0, LEARNED.size());
        float[] slow = train(LEARNED, all, new AdamW(PLAN.tokenRate(share)), RATES, 1).weights;
        Rates scaled = new Rates(share * RATES.weights(), RATES.masks(), RATES.multipliers(), 0.5);
        float[] allSlow = train(LEARNED, all, new AdamW(PLAN), scaled, 1).weights;
        float[] usual = train(LEARNED, all, 1).weights;
        for (Segment segment : LEARNED.segments()) {
            float[] expected = segment.name().equals("token_embedding.weight") ? allSlow : usual;
            for (int i = segment.offset(); i < segment.end(); i++) {
                assertEquals(expected[i], slow[i], segment.name() + " at " + i);
            }
        }
        Segment table = LEARNED.segment("token_embedding.weight");
        assertEquals(share > 0, AdamW.changes(PLAN.tokenRate(share), table));
        assertTrue(AdamW.changes(PLAN, table));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 100, 333})
    void anyCutOfTheVectorGivesTheSameBits(int length) {
        int size = LEARNED.size();
        Trained whole = train(LEARNED, new Range(0, size), 0.7f);
        for (int from = 0; from < size; from += length) {
            Range range = new Range(from, Math.min(size, from + length));
            Trained part = train(LEARNED, range, 0.7f);
            assertArrayEquals(Arrays.copyOfRange(whole.weights, range.from(), range.to()), part.weights);
            assertArrayEquals(Arrays.copyOfRange(whole.first, range.from(), range.to()), part.first);
            assertArrayEquals(Arrays.copyOfRange(whole.second, range.from(), range.to()), part.second);
        }
    }

    @Test
    void readsTheOldWeightsAndLeavesPaddingAndFixedSegmentsAlone() {
        float[] start = start(FIXED);
        float[] before = start.clone();
        float[] updated = new float[start.length];
        float[] first = new float[start.length];
        Range all = new Range(0, FIXED.size());
        float[] ones = new float[start.length];
        Arrays.fill(ones, 1);
        new AdamW(PLAN)
                .apply(
                        FIXED,
                        all,
                        new AdamW.State(start, updated, first, new float[start.length]),
                        ones,
                        new AdamW.Update(RATES, 1, 1));
        assertArrayEquals(before, start);
        for (int i = 0; i < start.length; i++) {
            boolean changes = first[i] != 0;
            assertEquals(learned(i), changes, "at " + i);
            assertEquals(changes, updated[i] != start[i], "at " + i);
        }
    }

    private static boolean learned(int index) {
        return FIXED.segments().stream()
                .anyMatch(it -> it.offset() <= index && index < it.end() && it.group() != Group.FIXED);
    }

    /** The range after {@link #UPDATES} updates from {@link #start}. */
    private static Trained train(Layout layout, Range range, float clip) {
        return train(layout, range, new AdamW(PLAN), RATES, clip);
    }

    private static Trained train(Layout layout, Range range, AdamW adam, Rates rates, float clip) {
        float[] weights = Arrays.copyOfRange(start(layout), range.from(), range.to());
        float[] first = new float[range.length()];
        float[] second = new float[range.length()];
        for (int t = 1; t <= UPDATES; t++) {
            float[] gradient = new float[range.length()];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (float) gradient(t, range.from() + i);
            }
            float[] updated = new float[range.length()];
            AdamW.State state = new AdamW.State(weights, updated, first, second);
            adam.apply(layout, range, state, gradient, new AdamW.Update(rates, clip, t));
            weights = updated;
        }
        return new Trained(weights, first, second);
    }

    /** One element after its first update. */
    private static float move(Segment segment, float weight, float gradient) {
        Range one = new Range(segment.offset(), segment.offset() + 1);
        float[] updated = new float[1];
        AdamW.State state = new AdamW.State(new float[] {weight}, updated, new float[1], new float[1]);
        OptimizerPlan exact = new OptimizerPlan(1, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        new AdamW(exact).apply(LEARNED, one, state, new float[] {gradient}, new AdamW.Update(RATES, 1, 1));
        return updated[0];
    }

    private static double gradient(int update, int index) {
        return (float) Counter.normal(Counter.key(2, update), index);
    }

    /** Values about the bounds of logAlpha, so that clamps have work to do. */
    private static float[] start(Layout layout) {
        float[] vector = new float[layout.size()];
        for (Segment segment : layout.segments()) {
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector[i] = (float) (LN_100 * (2 * Counter.uniform(1, i) - 1));
            }
        }
        return vector;
    }

    private static Segment ofGroup(Layout layout, Group group) {
        return layout.segments().stream()
                .filter(segment -> segment.group() == group)
                .findFirst()
                .orElseThrow();
    }

    private static Set<Group> groups() {
        return Stream.of(LEARNED, FIXED, RESNET)
                .flatMap(layout -> layout.segments().stream())
                .map(Segment::group)
                .collect(Collectors.toSet());
    }
}
