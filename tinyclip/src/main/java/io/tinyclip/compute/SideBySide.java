package io.tinyclip.compute;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kernels on some threads, as many pieces of work at a time as there are threads, whose results are taken in order. */
final class SideBySide implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SideBySide.class);

    private final int count;
    private final ExecutorService threads;

    SideBySide(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count);
    }

    /**
     * Works on each, and takes what comes of it, on the calling thread. Once this returns or throws, no thread is inside a kernel.
     *
     * @throws CancellationException if the calling thread is interrupted
     */
    <A, T> void each(List<A> some, Function<A, T> work, Consumer<T> take) {
        Deque<Future<T>> waiting = new ArrayDeque<>();
        try {
            for (A one : some) {
                if (waiting.size() == count) {
                    take.accept(result(waiting.remove()));
                }
                waiting.add(threads.submit(() -> work.apply(one)));
            }
            while (!waiting.isEmpty()) {
                take.accept(result(waiting.remove()));
            }
        } finally {
            // Whoever is still inside a kernel reads what the caller frees next.
            waiting.forEach(SideBySide::ended);
        }
    }

    private static <T> T result(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            ended(work);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted beside kernels");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException("a kernel failed: " + e.getMessage(), e);
        }
    }

    private static void ended(Future<?> work) {
        boolean interrupted = false;
        while (!work.isDone()) {
            try {
                work.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                LOG.debug("failed beside another piece of work", e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        KernelThreads.await(threads);
    }
}
