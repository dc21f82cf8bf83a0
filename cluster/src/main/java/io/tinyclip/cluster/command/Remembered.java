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
    private Optional<CompletableFuture<Optional<T>>> last = Optional.empty();
    private Optional<CompletableFuture<Optional<T>>> asking = Optional.empty();
    private long answeredAt;

    Remembered(Supplier<T> question) {
        this.question = question;
    }

    /** Fails as the question did. */
    @Override
    public synchronized CompletionStage<Optional<T>> get() {
        boolean fresh = last.isPresent() && System.nanoTime() - answeredAt < FRESH.toNanos();
        if (asking.isEmpty() && !fresh) {
            CompletableFuture<Optional<T>> answer = CompletableFuture.supplyAsync(() -> Optional.of(question.get()));
            asking = Optional.of(answer);
            answer.whenComplete((it, failure) -> answered(answer));
        }
        return last.or(() -> asking).orElseThrow().copy();
    }

    private synchronized void answered(CompletableFuture<Optional<T>> answer) {
        last = Optional.of(answer);
        answeredAt = System.nanoTime();
        asking = Optional.empty();
    }
}
