package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryUseTest {
    @Test
    void residentBytesAreReadWhereTheSystemTellsThem() {
        assertEquals(
                12_345L * 1024,
                MemoryUse.resident(List.of("Name:\tjava", "VmPeak:\t 99999 kB", "VmRSS:\t   12345 kB", "Threads:\t7")));
        assertEquals(0, MemoryUse.resident(List.of()));
    }

    @Test
    void ofThisProcessIsWithinItsLimitAndHasNoGpu() {
        MemoryUse use = MemoryUse.now(ComputeDevice.CPU);
        assertTrue(use.hostBytes() > 0 && use.hostBytes() < use.hostLimit(), use.toString());
        assertEquals(0, use.deviceBytes());
        assertEquals(0, use.deviceLimit());
    }
}
