package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.plane.Handle;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A fetch from another address, in one or more {@link Stretch}es. It ends, well or not, once all its stretches have:
 * the target is its owner's again.
 */
final class Fetch {
    private static final long UNKNOWN = 0;

    private final Handle handle;
    private final FloatBuffer target;
    private final int shift;
    private final LongAdder received;
    private final AtomicInteger stretchesLeft = new AtomicInteger();
    private final AtomicLong publication = new AtomicLong(UNKNOWN);
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private final CompletableFuture<Void> result = new CompletableFuture<>();

    /**
     * @param shift where float 0 of the handle would be in {@code target}
     * @param received counts floats as they come
     */
    Fetch(Handle handle, FloatBuffer target, int shift, LongAdder received) {
        this.handle = handle;
        this.target = target;
        this.shift = shift;
        this.received = received;
    }

    Handle handle() {
        return handle;
    }

    CompletionStage<Void> result() {
        return result;
    }

    void expect(int stretches) {
        stretchesLeft.set(stretches);
    }

    FloatBuffer target() {
        return target;
    }

    /** Index in {@link #target()} of a float of the handle. */
    int index(int position) {
        return position + shift;
    }

    /** Floats have come, whether or not their chunk turns out to be good. */
    void received(int floats) {
        received.add(floats);
    }

    /** All stretches must come from one publication: another under the same key would have other values. */
    boolean comesFrom(long number) {
        return publication.compareAndSet(UNKNOWN, number) || publication.get() == number;
    }

    synchronized void fail(RuntimeException cause) {
        if (failure.isEmpty()) {
            failure = Optional.of(cause);
        }
    }

    boolean failed() {
        return failure.isPresent();
    }

    void stretchEnded() {
        if (stretchesLeft.decrementAndGet() == 0) {
            end();
        }
    }

    /** Ends at once; only where nothing writes to the array any more. */
    void end() {
        failure.ifPresentOrElse(result::completeExceptionally, () -> result.complete(null));
    }
}
