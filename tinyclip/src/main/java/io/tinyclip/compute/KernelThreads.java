package io.tinyclip.compute;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** How threads that are inside kernels end. */
final class KernelThreads {
    private KernelThreads() {}

    /**
     * Waits until threads that were shut down have come out of their kernels: the engine's memory must not go from under them.
     * An interrupt does not shorten that, and is kept.
     */
    static void await(ExecutorService threads) {
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
