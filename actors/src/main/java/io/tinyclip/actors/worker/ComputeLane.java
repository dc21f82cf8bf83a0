package io.tinyclip.actors.worker;

import io.tinyclip.step.StepCompute;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** One worker's tensor work on the threads that all workers of this JVM share. Closes it once nothing uses it. */
final class ComputeLane {
    private final StepCompute compute;
    private final Executor threads;
    private int pending;
    private boolean closing;

    ComputeLane(StepCompute compute, Executor threads) {
        this.compute = compute;
        this.threads = threads;
    }

    <T> CompletionStage<T> submit(Function<StepCompute, T> work) {
        enter();
        CompletableFuture<T> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                result.complete(work.apply(compute));
            } catch (Throwable failure) { // an Error must reach the actor as well, or it would wait for ever
                result.completeExceptionally(failure);
            } finally {
                leave();
            }
        });
        return result;
    }

    /** Nothing is submitted after this. */
    void close() {
        enter();
        synchronized (this) {
            closing = true;
        }
        threads.execute(this::leave);
    }

    private synchronized void enter() {
        pending++;
    }

    private synchronized void leave() {
        pending--;
        if (closing && pending == 0) {
            compute.close();
        }
    }
}
