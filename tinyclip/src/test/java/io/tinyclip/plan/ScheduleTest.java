package io.tinyclip.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final double PEAK = 8;
    private static final double TOLERANCE = 1e-12;
    /** 8 x (1 + cos 45 degrees) / 2, and the same of 135 degrees. */
    private static final double[] COSINE = {8, 6.82842712474619, 4, 1.17157287525381};

    private static final RunPlan RUN = run(0.5, new StagePlan(0.75, 4, 4), new StagePlan(0.5, 10, 2));

    @Test
    void weightsWarmUpOverTheInheritPhaseAndFallOverTheRest() {
        assertRates(new double[] {2, 4, 6, 8}, Rates::weights, RUN, new Cursor(0, Phase.INHERIT, 0));
        assertRates(COSINE, Rates::weights, RUN, new Cursor(0, Phase.DISTILL, 0));
        double[] second = IntStream.rangeClosed(1, 10).mapToDouble(i -> 0.8 * i).toArray();
        assertRates(second, Rates::weights, RUN, new Cursor(1, Phase.INHERIT, 0));
        assertRates(new double[] {8, 4}, Rates::weights, RUN, new Cursor(1, Phase.DISTILL, 0));
    }

    @Test
    void pretrainWarmsUpFirst() {
        Cursor start = new Cursor(0, Phase.PRETRAIN, 0);
        double[] expected = {4, 8, COSINE[0], COSINE[1], COSINE[2], COSINE[3]};
        assertRates(expected, Rates::weights, pretrain(2, 6), start);
        assertRates(COSINE, Rates::weights, pretrain(0, 4), start);
        assertRates(new double[] {2, 4, 6}, Rates::weights, pretrain(4, 3), start);
    }

    @Test
    void theTargetRisesFromTheLastStagesToItsOwn() {
        double[] first = {0.125, 0.25, 0.25, 0.25};
        assertRates(first, Rates::sparsityTarget, RUN, new Cursor(0, Phase.INHERIT, 0));
        double[] second = {0.3, 0.35, 0.4, 0.45, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
        assertRates(second, Rates::sparsityTarget, RUN, new Cursor(1, Phase.INHERIT, 0));
        assertRates(new double[] {0.5, 0.5}, Rates::sparsityTarget, RUN, new Cursor(1, Phase.DISTILL, 0));
        RunPlan atOnce = run(0, new StagePlan(0.25, 2, 1));
        assertRates(new double[] {0.75, 0.75}, Rates::sparsityTarget, atOnce, atOnce.start());
        RunPlan overAll = run(1, new StagePlan(0.25, 3, 1));
        assertRates(new double[] {0.25, 0.5, 0.75}, Rates::sparsityTarget, overAll, overAll.start());
    }

    @Test
    void masksAndMultipliersLearnInTheInheritPhaseOnly() {
        assertRates(new double[] {3, 3, 3, 3}, Rates::masks, RUN, new Cursor(0, Phase.INHERIT, 0));
        assertRates(new double[] {5, 5, 5, 5}, Rates::multipliers, RUN, new Cursor(0, Phase.INHERIT, 0));
        assertRates(new double[4], Rates::masks, RUN, new Cursor(0, Phase.DISTILL, 0));
        assertRates(new double[4], Rates::multipliers, RUN, new Cursor(0, Phase.DISTILL, 0));
    }

    @Test
    void aRateThatCoolsLateStaysAtItsPeakUntilThen() {
        OptimizerPlan late = new OptimizerPlan(PEAK, 2, 0.9, 0.98, 1e-6, 0.2, 5).with(new Pace(2, 1, 1, 0.5));
        RunPlan plan =
                new RunPlan(1, 8, 2, 1, List.of(new StagePlan(1, 0, 10)), true, late, new MaskPlan(3, 5, 1, 1, 0));
        double[] expected = {4, 8, 8, 8, 8, 8, COSINE[0], COSINE[1], COSINE[2], COSINE[3]};
        assertRates(expected, Rates::weights, plan, plan.start());
    }

    @Test
    void aStageAfterOneThatDoesNotCoolGoesOnAtThePeak() {
        OptimizerPlan optimizer = new OptimizerPlan(PEAK, 2, 0.9, 0.98, 1e-6, 0.2, 5).with(new Pace(2, 0.5, 1, 1));
        List<StagePlan> stages = List.of(
                new StagePlan(0.75, 4, 2).cooling(OptionalDouble.of(0)),
                new StagePlan(0.5, 3, 2).cooling(OptionalDouble.of(0)),
                StagePlan.asItIs(0.5, 4),
                StagePlan.asItIs(0.5, 3).cooling(OptionalDouble.of(0.5)));
        RunPlan plan = new RunPlan(1, 8, 2, 1, stages, false, optimizer, new MaskPlan(3, 5, 1, 1, 0));
        assertRates(new double[] {4, 8, 8, 8}, Rates::weights, plan, new Cursor(0, Phase.INHERIT, 0));
        assertRates(new double[] {8, 8}, Rates::weights, plan, new Cursor(0, Phase.DISTILL, 0));
        assertRates(new double[] {8, 8, 8}, Rates::weights, plan, new Cursor(1, Phase.INHERIT, 0));
        assertRates(new double[] {8, 8}, Rates::weights, plan, new Cursor(1, Phase.DISTILL, 0));
        assertRates(COSINE, Rates::weights, plan, new Cursor(2, Phase.DISTILL, 0));
        assertRates(new double[] {4, 8, 8}, Rates::weights, plan, new Cursor(3, Phase.DISTILL, 0));
    }

    @Test
    void untilAStageCoolsTheRateMayBeAShareOfItsPeak() {
        OptimizerPlan optimizer = new OptimizerPlan(PEAK, 2, 0.9, 0.98, 1e-6, 0.2, 5).with(new Pace(2, 0.5, 0.25, 1));
        List<StagePlan> stages = List.of(
                new StagePlan(0.75, 4, 2).cooling(OptionalDouble.of(0)),
                new StagePlan(0.5, 3, 4).cooling(OptionalDouble.of(0.5)),
                new StagePlan(0.25, 2, 2).cooling(OptionalDouble.of(0)),
                StagePlan.asItIs(0.25, 4).cooling(OptionalDouble.of(0.5)));
        RunPlan plan = new RunPlan(1, 8, 2, 1, stages, false, optimizer, new MaskPlan(3, 5, 1, 1, 0));
        double half = PEAK * 0.5 * (1 + Math.cos(Math.PI / 2));
        assertRates(new double[] {1, 2, 2, 2}, Rates::weights, plan, new Cursor(0, Phase.INHERIT, 0));
        assertRates(new double[] {2, 2}, Rates::weights, plan, new Cursor(0, Phase.DISTILL, 0));
        assertRates(new double[] {2, 2, 2}, Rates::weights, plan, new Cursor(1, Phase.INHERIT, 0));
        assertRates(new double[] {5, 8, 8, half}, Rates::weights, plan, new Cursor(1, Phase.DISTILL, 0));
        assertRates(new double[] {2, 2}, Rates::weights, plan, new Cursor(2, Phase.INHERIT, 0));
        assertRates(new double[] {2, 2}, Rates::weights, plan, new Cursor(2, Phase.DISTILL, 0));
        assertRates(new double[] {5, 8, 8, half}, Rates::weights, plan, new Cursor(3, Phase.DISTILL, 0));
    }

    @Test
    void stagesThatAreAddedChangeNoRateBeforeThem() {
        StagePlan held = new StagePlan(0.5, 2, 3).cooling(OptionalDouble.of(0));
        RunPlan before = run(1, held);
        RunPlan after = run(1, held, StagePlan.asItIs(0.5, 5));
        for (Cursor start : List.of(before.start(), new Cursor(0, Phase.DISTILL, 0))) {
            for (Cursor at = start; !before.phaseComplete(at); at = before.next(at)) {
                assertEquals(Schedule.rates(before, at), Schedule.rates(after, at));
            }
        }
        assertEquals(
                PEAK, Schedule.rates(after, new Cursor(1, Phase.DISTILL, 0)).weights());
    }

    @Test
    void theTargetOfAStudentThatIsSmallerRisesFromWhatItLacks() {
        OptimizerPlan optimizer = new OptimizerPlan(PEAK, 3, 0.9, 0.98, 1e-6, 0.2, 5);
        MaskPlan mask = new MaskPlan(3, 5, 1, 1, 0);
        RunPlan plan = new RunPlan(
                1,
                8,
                2,
                1,
                List.of(new StagePlan(0.25, 5, 1)),
                false,
                optimizer,
                mask,
                WirePlan.FP32,
                LossPlan.AFFINITY,
                0.5);
        assertRates(new double[] {0.55, 0.6, 0.65, 0.7, 0.75}, Rates::sparsityTarget, plan, plan.start());
    }

    private static void assertRates(double[] expected, ToDoubleFunction<Rates> rate, RunPlan plan, Cursor start) {
        assertEquals(expected.length, plan.steps(start));
        double[] actual = new double[expected.length];
        Cursor cursor = start;
        for (int i = 0; i < actual.length; i++) {
            actual[i] = rate.applyAsDouble(Schedule.rates(plan, cursor));
            cursor = plan.next(cursor);
        }
        assertArrayEquals(expected, actual, TOLERANCE);
    }

    private static RunPlan run(double targetWarmup, StagePlan... stages) {
        OptimizerPlan optimizer = new OptimizerPlan(PEAK, 3, 0.9, 0.98, 1e-6, 0.2, 5);
        return new RunPlan(1, 8, 2, 1, List.of(stages), false, optimizer, new MaskPlan(3, 5, targetWarmup, 1, 0));
    }

    private static RunPlan pretrain(int warmup, int steps) {
        OptimizerPlan optimizer = new OptimizerPlan(PEAK, warmup, 0.9, 0.98, 1e-6, 0.2, 5);
        StagePlan whole = new StagePlan(1, 0, steps);
        return new RunPlan(1, 8, 2, 1, List.of(whole), true, optimizer, new MaskPlan(3, 5, 1, 1, 0));
    }
}
