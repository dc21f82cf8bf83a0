package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.compute.GraphBudget;
import io.tinyclip.compute.Hold;
import io.tinyclip.compute.LoadingThreads;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WorkerStepsTest {
    private static final long HOLD_BYTES = 1L << 30;

    /** Threads that read are there for pairs that nobody has asked for yet. */
    @Test
    void theNextStepsPairsAreLoadedAheadAndEachStepHasTheSameLoss() {
        Set<Thread> before = readers();
        double loss = twice(LoadingThreads.NONE);
        assertTrue(before.containsAll(readers()), "without loading threads nothing is read ahead");
        assertEquals(loss, twice(new LoadingThreads(1, 1)));
        assertFalse(before.containsAll(readers()), "nothing was read ahead");
    }

    @Test
    void aTeacherThatIsAskedSaysTheSame() {
        Workload known = workload(LoadingThreads.NONE);
        assertEquals(twice(known), twice(known.asking()));
    }

    private static double twice(LoadingThreads loading) {
        return twice(workload(loading));
    }

    private static Workload workload(LoadingThreads loading) {
        return new Workload(
                Shapes.small(),
                8,
                2,
                new Workload.Place(ComputeDevice.CPU, new GraphBudget(Hold.AUTO, HOLD_BYTES), loading));
    }

    /** @return the loss of the first step, and of the second */
    private static double twice(Workload workload) {
        FloatVector vector = FloatVector.of(workload.vector());
        try (WorkerSteps steps = new WorkerSteps(workload, Precision.FP32, vector, 2)) {
            double loss = steps.next();
            assertEquals(loss, steps.next());
            return loss;
        }
    }

    private static Set<Thread> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("tinyclip-read"))
                .collect(Collectors.toSet());
    }
}
