package io.tinyclip.cluster.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** An answer that costs seconds: it is asked for again only while somebody wants it, once at a time, and the last one serves meanwhile. */
final class Remembered<T> implements Supplier<CompletionStage<Optional<T>>> {
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** After which an answer tells nothing of now: whoever comes back after that waits for another. */
    private static final Duration OLD = Duration.ofMinutes(1);

    private final Supplier<T> question;
    private final LongSupplier nanos;
    private Optional<CompletableFuture<Optional<T>>> last = Optional.empty();
    private Optional<CompletableFuture<Optional<T>>> asking = Optional.empty();
    private long answeredAt;

    Remembered(Supplier<T> question) {
        this(question, System::nanoTime);
    }

    Remembered(Supplier<T> question, LongSupplier nanos) {
        this.question = question;
        this.nanos = nanos;
    }

    /** Fails as the question did. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // How the question ends, the answer tells.
    public synchronized CompletionStage<Optional<T>> get() {
        long age = nanos.getAsLong() - answeredAt;
        if (age > OLD.toNanos()) {
            last = Optional.empty();
        }
        boolean fresh = last.isPresent() && age < FRESH.toNanos();
        if (asking.isEmpty() && !fresh) {
            CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
            asking = Optional.of(answer);
            CompletableFuture.supplyAsync(question).whenComplete((it, failure) -> {
                answered(answer);
                if (failure == null) {
                    answer.complete(Optional.of(it));
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        }
        return last.or(() -> asking).orElseThrow().copy();
    }

    private synchronized void answered(CompletableFuture<Optional<T>> answer) {
        last = Optional.of(answer);
        answeredAt = nanos.getAsLong();
        asking = Optional.empty();
    }
}
