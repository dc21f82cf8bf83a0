package io.tinyclip.actors.plane;

import java.nio.FloatBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Fetches within one JVM. A copy that has begun is made in no time, so that the end only keeps others from beginning. */
public final class LocalErrand implements Errand {
    private final Fetcher fetcher;
    private final AtomicLong received = new AtomicLong();
    private volatile boolean over;

    /** @param fetcher of the JVM's own publications */
    public LocalErrand(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        return over ? abandoned(handle) : counted(fetcher.fetch(handle, from, to), to - from);
    }

    @Override
    public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        return over ? abandoned(handle) : counted(fetcher.fetchInto(handle, from, to, target, at), to - from);
    }

    private <T> CompletionStage<T> counted(CompletionStage<T> fetch, int floats) {
        return fetch.thenApply(value -> {
            received.addAndGet(floats);
            return value;
        });
    }

    private static <T> CompletionStage<T> abandoned(Handle handle) {
        return CompletableFuture.failedStage(new AbandonedException(handle));
    }

    @Override
    public long received() {
        return received.get();
    }

    @Override
    public void close() {
        over = true;
    }
}
