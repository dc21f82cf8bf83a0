package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A run whose steps cost what no estimate can know: told on a clock of its own. */
final class TimeLeftTest {
    private static final RunPlan PLAN = plan(
            List.of(new StagePlan(0.75, 150, 100), new StagePlan(0.5, 150, 150), new StagePlan(0.25, 150, 400)), false);
    private static final double INHERIT_SECONDS = 0.22;
    private static final double DISTILL_SECONDS = 0.17;
    private static final double EVALUATION_SECONDS = 9;
    private static final double FIRST_STEP_SECONDS = 6;

    private long now;
    private TimeLeft left = new TimeLeft(PLAN, () -> now);
    /** What was said, in seconds, by the time when it was said. */
    private final TreeMap<Long, Double> said = new TreeMap<>();

    @Test
    void saysNothingBeforeTheFirstStep() {
        assertEquals("", left.words());
    }

    @Test
    void isNearTheTruthFromTheFirstMinuteOnAndNeverJumps() {
        run(PLAN.start(), true);
        double end = now / 1e9;
        double before = Double.NaN;
        for (var entry : said.entrySet()) {
            double at = entry.getKey() / 1e9;
            double truth = end - at;
            assertTrue(entry.getValue() >= 0, "negative at " + at);
            assertTrue(entry.getValue() < 50 * end, "infinite at " + at);
            if (at > FIRST_STEP_SECONDS + 1) {
                assertEquals(truth, entry.getValue(), 0.3 * truth + 20, "at " + at + " s");
            }
            if (at > 60) {
                assertTrue(Math.abs(entry.getValue() - before) < 0.15 * end, "jumps at " + at);
            }
            before = entry.getValue();
        }
        assertTrue(said.firstKey() < 60e9, "nothing in the first minute");
        assertEquals(0, said.lastEntry().getValue(), EVALUATION_SECONDS * 3);
    }

    @Test
    void aRunThatGoesOnCountsOnlyWhatIsLeft() {
        left.teacherJudged();
        left.judged(2);
        run(new Cursor(2, Phase.DISTILL, 300), false);
        double end = now / 1e9;
        assertTrue(said.size() > 90);
        said.tailMap((long) 7e9).forEach((at, seconds) -> assertEquals(end - at / 1e9, seconds, 20, "at " + at));
    }

    @Test
    void stepsThatAreDoneAgainAreCountedAgain() {
        left.startedAt(PLAN.start());
        for (int i = 0; i < 100; i++) {
            now += 1_000_000_000;
            left.committed(new Cursor(0, Phase.INHERIT, i), 1);
        }
        long before = left.nanos().orElseThrow();
        left.startedAt(new Cursor(0, Phase.INHERIT, 50));
        long again = left.nanos().orElseThrow();
        assertEquals(50e9, again - before, 1e9);
        now += Duration.ofHours(5).toNanos();
        left.committed(new Cursor(0, Phase.INHERIT, 50), Double.NaN);
        assertEquals(49e9, left.nanos().orElseThrow() - before, 1e9);
    }

    @Test
    void saysHoursAsHours() {
        RunPlan plan = plan(List.of(new StagePlan(1, 0, 7_300)), true);
        left = new TimeLeft(plan, () -> now);
        for (int i = 0; i < 100; i++) {
            now += 1_000_000_000;
            left.committed(new Cursor(0, Phase.PRETRAIN, i), 1);
        }
        left.judged(1);
        assertEquals("whole run 2:00:00 left", left.words());
    }

    private void run(Cursor from, boolean judgesTeacher) {
        left.startedAt(from);
        boolean first = true;
        boolean teacher = judgesTeacher;
        for (int stage = from.stage(); stage < PLAN.stages().size(); stage++) {
            for (Phase phase : List.of(Phase.INHERIT, Phase.DISTILL)) {
                if (stage == from.stage() && phase.compareTo(from.phase()) < 0) {
                    continue;
                }
                Cursor cursor =
                        new Cursor(stage, phase, phase == from.phase() && stage == from.stage() ? from.step() : 0);
                for (; !PLAN.phaseComplete(cursor); cursor = PLAN.next(cursor)) {
                    double seconds = first ? FIRST_STEP_SECONDS : seconds(stage, phase);
                    first = false;
                    pass(seconds);
                    left.committed(cursor, seconds);
                    say();
                }
            }
            if (teacher) {
                evaluate(1);
                left.teacherJudged();
                teacher = false;
            }
            evaluate(PLAN.stages().get(stage).keep());
            left.judged(stage + 1);
            say();
        }
        pass(EVALUATION_SECONDS
                + cost(PLAN.stages().get(PLAN.stages().size() - 1).keep()));
    }

    private void evaluate(double keep) {
        pass(cost(keep));
        left.evaluated(keep, (long) (cost(keep) * 1e9));
    }

    private static double cost(double keep) {
        return EVALUATION_SECONDS * (0.3 + 0.7 * keep);
    }

    private static double seconds(int stage, Phase phase) {
        double size = phase == Phase.DISTILL ? PLAN.stages().get(stage).keep() : 1 - 0.25 * stage;
        return (0.2 + 0.8 * size) * (phase == Phase.DISTILL ? DISTILL_SECONDS : INHERIT_SECONDS);
    }

    private void pass(double seconds) {
        now += (long) (seconds * 1e9);
    }

    private void say() {
        said.put(now, left.nanos().orElseThrow() / 1e9);
    }

    private static RunPlan plan(List<StagePlan> stages, boolean pretrain) {
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        return new RunPlan(1, 256, 8, 1, stages, pretrain, optimizer, new MaskPlan(0.02, 0.02, 0.33, 1, 0));
    }
}
