package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {
    private static final Gpus NO_DRIVER = new Gpus((function, arguments) -> -1);

    @Test
    void oneIsComputedOnInThisProcess() {
        assertFalse(devices("cpu").areProcesses());
        assertEquals(ComputeDevice.cuda(3), devices("cuda:3").one());
    }

    @Test
    void severalAreListedInOrderAndOneMayComputeTwice() {
        Devices listed = devices("cuda:2, cuda:0,cuda:2");
        assertTrue(listed.areProcesses());
        assertEquals(
                List.of(ComputeDevice.cuda(2), ComputeDevice.cuda(0), ComputeDevice.cuda(2)), listed.here(NO_DRIVER));
        assertEquals(
                List.of(ComputeDevice.CPU, ComputeDevice.CPU),
                devices("cpu,cpu").here(NO_DRIVER));
    }

    @Test
    void allAreThoseThatTheDriverCounts() {
        Gpus three = new Gpus((function, arguments) -> {
            switch (function) {
                case "cuDeviceGetCount" -> ((int[]) arguments[0])[0] = 3;
                case "cuDeviceGetName" -> ((byte[]) arguments[0])[0] = 'C';
                default -> {}
            }
            return 0;
        });
        assertTrue(devices("cuda:all").areProcesses());
        assertEquals(
                List.of(ComputeDevice.cuda(0), ComputeDevice.cuda(1), ComputeDevice.cuda(2)),
                devices("cuda:all").here(three));
        String none = assertThrows(
                        InvalidInputException.class, () -> devices("cuda:all").here(NO_DRIVER))
                .getMessage();
        assertTrue(none.contains("CUDA finds 0 here"), none);
    }

    @Test
    void severalAreRefusedWhereOneProcessComputes() {
        String message = assertThrows(
                        InvalidInputException.class, () -> devices("cuda:all").one())
                .getMessage();
        assertTrue(message.startsWith("tinyclip.device [cuda:all] names several devices"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cuda", "cuda:0,", ",cuda:0", "cuda:0,cpu", "cuda:all,cuda:0", "all", "cuda:0;cuda:1"})
    void nothingElseNamesDevices(String name) {
        assertEquals(Optional.empty(), Devices.parse(name));
    }

    private static Devices devices(String name) {
        return Devices.parse(name).orElseThrow();
    }
}
