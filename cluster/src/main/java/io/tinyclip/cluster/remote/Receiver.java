package io.tinyclip.cluster.remote;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes the bytes of one answer into a buffer, and ends it when there are more than were asked for. Each arrival is marked, so
 * that silence shows. The buffer is written until {@link #close}, after which an answer that comes late changes nothing.
 */
final class Receiver implements HttpResponse.BodySubscriber<Receiver> {
    private final CompletableFuture<Receiver> whole = new CompletableFuture<>();
    private final ByteBuffer into;
    private final AtomicLong arrivals;
    private boolean open = true;
    private boolean excess;
    private Flow.Subscription subscription = new Nothing();

    /** @param arrivals is counted up whenever bytes come */
    Receiver(ByteBuffer into, AtomicLong arrivals) {
        this.into = into;
        this.arrivals = arrivals;
    }

    private static final class Nothing implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    @Override
    public CompletionStage<Receiver> getBody() {
        return whole;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (open) {
            given.request(Long.MAX_VALUE);
        } else {
            given.cancel();
        }
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> parts) {
        arrivals.incrementAndGet();
        for (ByteBuffer part : parts) {
            if (!open || excess) {
                return;
            }
            int taken = Math.min(part.remaining(), into.remaining());
            into.put(part.slice().limit(taken));
            excess = part.remaining() > taken;
        }
        if (excess) {
            subscription.cancel();
            whole.complete(this);
        }
    }

    @Override
    public void onError(Throwable error) {
        whole.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
        whole.complete(this);
    }

    /** Ends the answer; from now on the buffer is the caller's. */
    synchronized void close() {
        open = false;
        subscription.cancel();
    }

    /** Whether more came than the buffer had room for. */
    synchronized boolean hasExcess() {
        return excess;
    }

    /** What is in the buffer, for messages and lists. */
    synchronized String text() {
        ByteBuffer read = into.duplicate().flip();
        return StandardCharsets.UTF_8.decode(read).toString();
    }
}
