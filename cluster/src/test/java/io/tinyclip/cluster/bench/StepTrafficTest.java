package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.cluster.forecast.StepTraffic;
import io.tinyclip.kernel.Precision;
import io.tinyclip.plan.RunPlan;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a forecast says of a step's bytes, against what data planes of a real run count, in which nobody keeps copies. */
final class StepTrafficTest {
    private static final long HOLD_BYTES = 1L << 30;
    private static final int STEPS = 3;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2"})
    void workersAndServersFetchWhatIsForecast(int workers, int servers) {
        Workload workload = new Workload(Shapes.small(), 16, 8, HOLD_BYTES);
        RunPlan plan = workload.plan(STEPS);
        int embedding = workload.student().embedding();
        StepTraffic traffic = StepTraffic.of(plan, workload.layout(), List.of(embedding, embedding));
        LoopbackRun.Result run = new LoopbackRun(workload, Precision.FP32, 1).run(workers, servers, STEPS);
        assertEquals(1, run.bytes() / (double) STEPS / traffic.fetched(workers), 0.03);
    }
}
