package io.tinyclip.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory in bytes, as it is at a moment.
 *
 * @param hostBytes of this process that lie in the machine's memory
 * @param hostLimit of the machine or container
 * @param deviceBytes of the GPU that are taken, by whomever; 0 where there is no GPU
 * @param deviceLimit of the GPU; 0 where there is no GPU
 */
public record MemoryUse(long hostBytes, long hostLimit, long deviceBytes, long deviceLimit) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final long KIB = 1024;

    /** Takes it, of this process and the device that it computes on. Cheap enough for every few seconds. */
    public static MemoryUse now(ComputeDevice device) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long used = device.isGpu() ? Gpus.ofThisMachine().used(device.gpu().orElseThrow()) : 0;
        return new MemoryUse(resident(), system.getTotalMemorySize(), used, deviceLimit(device));
    }

    /** Bytes of the GPU's memory; 0 for the processor. */
    public static long deviceLimit(ComputeDevice device) {
        return device.isGpu()
                ? Gpus.ofThisMachine().all().get(device.gpu().orElseThrow()).bytes()
                : 0;
    }

    private static long resident() {
        try {
            return resident(Files.readAllLines(STATUS));
        } catch (IOException notLinux) {
            Runtime heap = Runtime.getRuntime();
            return heap.totalMemory() - heap.freeMemory();
        }
    }

    /** @param status lines of proc(5) status */
    static long resident(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith(RESIDENT))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                .findFirst()
                .orElse(0);
    }
}
