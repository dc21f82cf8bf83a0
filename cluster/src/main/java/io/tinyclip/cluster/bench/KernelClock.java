package io.tinyclip.cluster.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.Supplier;

/** How long kernels have run, over all threads that call them. */
final class KernelClock {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private int running;
    private long counted;
    private long any;
    private long all;
    private long processor;

    /**
     * Seconds since the beginning, or between two readings.
     *
     * @param any during which a kernel runs
     * @param all added up over threads
     * @param processor that threads have used in kernels that have ended
     */
    record Seconds(double any, double all, double processor) {
        Seconds since(Seconds before) {
            return new Seconds(any - before.any, all - before.all, processor - before.processor);
        }
    }

    /** Runs a kernel. */
    <T> T run(Supplier<T> kernel) {
        long before = threads.getCurrentThreadCpuTime();
        change(1, 0);
        try {
            return kernel.get();
        } finally {
            change(-1, threads.getCurrentThreadCpuTime() - before);
        }
    }

    synchronized Seconds seconds() {
        change(0, 0);
        return new Seconds(any / NANOS, all / NANOS, processor / NANOS);
    }

    private synchronized void change(int kernels, long processorNanos) {
        long now = System.nanoTime();
        all += running * (now - counted);
        any += running > 0 ? now - counted : 0;
        counted = now;
        running += kernels;
        processor += processorNanos;
    }
}
