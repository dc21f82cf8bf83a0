package io.tinyclip.compute;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of this process that read and decode what steps to come will ask for, beside those that compute. Bits do not depend
 * on them.
 */
public final class LoadingThreads {
    /** Where every pair is loaded by who asks for it. */
    public static final LoadingThreads NONE = new LoadingThreads(0, 0);

    /** Reading waits for a disk or a store, and takes no core. */
    private static final int READERS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(LoadingThreads.class);
    private static final double NANOS = 1e9;

    private final int steps;
    private final Executor reading;
    private final Executor decoding;
    private final AtomicLong waited = new AtomicLong();

    /**
     * Threads that end when there is nothing to do for a minute.
     *
     * @param threads that decode, 0 for none
     * @param steps of which pairs are made ahead at the most, 0 for none
     */
    public LoadingThreads(int threads, int steps) {
        this.steps = threads == 0 ? 0 : steps;
        this.reading = threads == 0 ? Runnable::run : pool(READERS, "tinyclip-read");
        this.decoding = threads == 0 ? Runnable::run : pool(threads, "tinyclip-decode");
    }

    /** A process may take part in one run after the other: threads that have nothing to do end. */
    private static ExecutorService pool(int threads, String name) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Steps of which pairs are made ahead. */
    int steps() {
        return steps;
    }

    Executor reading() {
        return reading;
    }

    Executor decoding() {
        return decoding;
    }

    void waited(long nanos) {
        waited.addAndGet(nanos);
    }

    /** Into the log: what computing threads spent on pairs, their own loading included, all threads together. */
    void sayWaited() {
        LOG.info("computing threads have spent [{}] s on loading pairs", waited.get() / NANOS);
    }
}
