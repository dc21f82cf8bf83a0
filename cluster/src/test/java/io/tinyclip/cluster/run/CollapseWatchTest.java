package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.step.LeftOut;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A student whose embeddings are all alike. */
class CollapseWatchTest {
    private static final RunPlan PLAN = new RunPlan(
            1,
            32,
            8,
            4,
            List.of(new StagePlan(0.5, 1_000, 1_000)),
            false,
            new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5),
            new MaskPlan(0.5, 0.05, 0.5, 1, 1));
    private static final double FLAT = Math.log(32);

    @Test
    void isSaidOnceAfterManySteps() {
        CollapseWatch watch = new CollapseWatch(PLAN);
        List<String> lines = IntStream.range(0, 1_000)
                .mapToObj(step -> watch.committed(step(step, FLAT, 1)))
                .flatMap(Optional::stream)
                .toList();
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).startsWith("the student tells nothing apart"), lines.get(0));
    }

    @Test
    void isNotSaidOfAStudentThatLearnsOrWhoseTeacherKnowsNoMore() {
        CollapseWatch watch = new CollapseWatch(PLAN);
        for (int step = 0; step < 1_000; step++) {
            // Now and then it is there by chance.
            assertEquals(Optional.empty(), watch.committed(step(step, step % 150 == 149 ? FLAT - 0.5 : FLAT, 1)));
        }
        CollapseWatch flatTeacher = new CollapseWatch(PLAN);
        for (int step = 0; step < 1_000; step++) {
            assertEquals(Optional.empty(), flatTeacher.committed(step(step, FLAT, 1e-3)));
        }
    }

    private static StepCommitted step(int step, double loss, double divergence) {
        Cursor cursor = new Cursor(0, Phase.INHERIT, step);
        return new StepCommitted(cursor, loss, divergence, 1, 0.1, new Rates(0, 0, 0, 0), false, 0.5, LeftOut.NONE, 0);
    }
}
