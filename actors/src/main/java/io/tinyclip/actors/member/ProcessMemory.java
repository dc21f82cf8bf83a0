package io.tinyclip.actors.member;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory that this process has, the native engine's included. */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final long KIB = 1024;

    private ProcessMemory() {}

    /** Bytes resident, or those of the Java heap where the system does not tell. */
    static long bytes() {
        try {
            return Files.isReadable(STATUS) ? resident(Files.readAllLines(STATUS)) : heap();
        } catch (IOException e) {
            return heap();
        }
    }

    static long resident(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(RESIDENT))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                .findFirst()
                .orElseGet(ProcessMemory::heap);
    }

    private static long heap() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
