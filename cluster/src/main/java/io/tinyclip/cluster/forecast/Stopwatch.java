package io.tinyclip.cluster.forecast;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Both clocks of this process, from now on. */
final class Stopwatch {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final long nanos = System.nanoTime();
    private final long processor = PROCESS.getProcessCpuTime();

    Cost read() {
        return new Cost((System.nanoTime() - nanos) / NANOS, (PROCESS.getProcessCpuTime() - processor) / NANOS);
    }

    /** Since the process began. */
    static Cost ofProcess() {
        double seconds = ManagementFactory.getRuntimeMXBean().getUptime()
                / (double) Duration.ofSeconds(1).toMillis();
        return new Cost(seconds, PROCESS.getProcessCpuTime() / NANOS);
    }
}
