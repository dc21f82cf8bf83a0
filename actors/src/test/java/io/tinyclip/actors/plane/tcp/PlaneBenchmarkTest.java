package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaneBenchmarkTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void measuresBothWays(int connections) throws Exception {
        PlaneBenchmark.Result result = PlaneBenchmark.run(10_000_000, connections, 3);
        assertTrue(result.planeMegabytesPerSecond() > 1, result.toString());
        assertTrue(result.socketMegabytesPerSecond() > 1, result.toString());
    }
}
