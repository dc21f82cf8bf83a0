package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda:0", "cuda:12"})
    void isCalledAsItWasRead(String name) {
        assertEquals(name, ComputeDevice.parse(name).orElseThrow().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cuda", "cuda:", "cuda:-1", "cuda:x", "gpu0", "CPU", "cuda:0 ", "cuda:1234"})
    void nothingElseIsADevice(String name) {
        assertEquals(Optional.empty(), ComputeDevice.parse(name));
    }

    @Test
    void gpusAreCountedAsCudaDoesAndNeedCopies() {
        ComputeDevice second = ComputeDevice.parse("cuda:1").orElseThrow();
        assertEquals(OptionalInt.of(1), second.gpu());
        assertTrue(second.copies());
        assertThrows(IllegalArgumentException.class, () -> new ComputeDevice(OptionalInt.of(0), false));
    }

    @Test
    void theProcessorIsNamedToTheEngineWhichWouldTakeAGpuWhereThereIsOne() {
        assertFalse(ComputeDevice.CPU.copies());
        try (TensorScope scope = Torch.newScope()) {
            assertFalse(scope.isGpu());
        }
    }
}
