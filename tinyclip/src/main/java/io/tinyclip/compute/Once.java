package io.tinyclip.compute;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Work that is done once, by the first thread that comes to it; the others wait for it. */
final class Once<T> implements Runnable {
    private final Supplier<T> work;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<T> done = new CompletableFuture<>();

    Once(Supplier<T> work) {
        this.work = work;
    }

    /** Does the work, unless that has begun. */
    @Override
    public void run() {
        if (begun.compareAndSet(false, true)) {
            try {
                done.complete(work.get());
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        }
    }

    /**
     * What the work came to.
     *
     * @throws CompletionException if it failed, or was dropped
     */
    T get() {
        run();
        return done.join();
    }

    /** Nobody will ask for it; work that has not begun never does, and fails for whoever has come to it meanwhile. */
    void drop() {
        if (begun.compareAndSet(false, true)) {
            done.completeExceptionally(new IllegalStateException("was dropped before it began"));
        }
    }
}
