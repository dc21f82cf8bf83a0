package io.tinyclip.cluster.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** An answer that costs seconds: it is asked for again only while somebody wants it, once at a time, and the last one serves meanwhile. */
final class Remembered<T> implements Supplier<CompletionStage<Optional<T>>> {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Supplier<T> question;
    private Optional<T> last = Optional.empty();
    private Optional<CompletableFuture<Optional<T>>> asking = Optional.empty();
    private long answeredAt;

    Remembered(Supplier<T> question) {
        this.question = question;
    }

    @Override
    public synchronized CompletionStage<Optional<T>> get() {
        boolean fresh = System.nanoTime() - answeredAt < FRESH.toNanos();
        if (asking.isEmpty() && !(fresh && last.isPresent())) {
            CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
            asking = Optional.of(answer);
            CompletableFuture.supplyAsync(() -> Optional.of(question.get()))
                    .handle(this::answered)
                    .thenAccept(answer::complete);
        }
        return last.isPresent() || asking.isEmpty() ? CompletableFuture.completedStage(last) : asking.get();
    }

    /** A cluster that does not answer is none. */
    private synchronized Optional<T> answered(Optional<T> answer, Throwable failure) {
        last = failure == null ? answer : Optional.empty();
        answeredAt = System.nanoTime();
        asking = Optional.empty();
        return last;
    }
}
