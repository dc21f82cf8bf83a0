package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaneBenchmarkTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void measuresAllWays(int connections) throws Exception {
        PlaneBenchmark.Result result = PlaneBenchmark.run(10_000_000, connections, 3);
        for (PlaneBenchmark.Rate rate : List.of(result.plane(), result.tls(), result.socket())) {
            assertTrue(rate.megabytesPerSecond() > 0 && rate.cpuSeconds() >= 0, result.toString());
        }
    }
}
