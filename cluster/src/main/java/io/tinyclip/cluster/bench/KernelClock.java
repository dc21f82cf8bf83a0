package io.tinyclip.cluster.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** How long kernels run in each step, over all threads that call them. */
final class KernelClock {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<Integer, Step> steps = new TreeMap<>();

    /**
     * A step's seconds.
     *
     * @param any during which a kernel runs
     * @param all added up over threads
     * @param processor that the threads used in kernels
     */
    record Seconds(double any, double all, double processor) {}

    private static final class Step {
        private int running;
        private long since;
        private long any;
        private long all;
        private long processor;
    }

    /** Runs a kernel. */
    <T> T run(int step, Supplier<T> kernel) {
        long processor = threads.getCurrentThreadCpuTime();
        long begun = begin(step);
        try {
            return kernel.get();
        } finally {
            end(step, begun, threads.getCurrentThreadCpuTime() - processor);
        }
    }

    synchronized Seconds seconds(int step) {
        Step at = steps.getOrDefault(step, new Step());
        return new Seconds(at.any / NANOS, at.all / NANOS, at.processor / NANOS);
    }

    private synchronized long begin(int step) {
        Step at = steps.computeIfAbsent(step, unknown -> new Step());
        long now = System.nanoTime();
        if (at.running++ == 0) {
            at.since = now;
        }
        return now;
    }

    private synchronized void end(int step, long begun, long processor) {
        Step at = steps.computeIfAbsent(step, unknown -> new Step());
        long now = System.nanoTime();
        if (--at.running == 0) {
            at.any += now - at.since;
        }
        at.all += now - begun;
        at.processor += processor;
    }
}
