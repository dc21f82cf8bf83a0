package io.tinyclip.actors;

import io.tinyclip.actors.plane.AbandonedException;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.GoneException;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A data plane on which floats come when a test says so. As anywhere, a key that is published again ends its transfers. */
public final class HandDrivenPlane implements DataPlane {
    private static final class Transfer {
        private final Handle handle;
        private final FloatBuffer source;
        private final FloatBuffer target;
        private final HandDrivenErrand errand;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int here;

        Transfer(Handle handle, FloatBuffer source, FloatBuffer target, HandDrivenErrand errand) {
            this.handle = handle;
            this.source = source;
            this.target = target;
            this.errand = errand;
        }
    }

    private final Map<String, FloatBuffer> published = new HashMap<>();
    private final Map<String, Integer> times = new HashMap<>();
    private final List<Transfer> underWay = new ArrayList<>();
    private long sent;

    @Override
    public synchronized Handle publish(String key, FloatBuffer values, Encoding encoding) {
        published.put(key, values.slice());
        times.merge(key, 1, Integer::sum);
        Handle handle = new Handle("by hand", key, values.remaining());
        end(transfer -> transfer.handle.equals(handle), new GoneException(handle));
        return handle;
    }

    @Override
    public synchronized void release(Handle handle) {
        published.remove(handle.key());
        end(transfer -> transfer.handle.equals(handle), new GoneException(handle));
    }

    private synchronized void end(Predicate<Transfer> which, Throwable why) {
        List<Transfer> ended = underWay.stream().filter(which).toList();
        underWay.removeAll(ended);
        ended.forEach(transfer -> transfer.done.completeExceptionally(why));
    }

    private synchronized CompletionStage<Void> begin(
            Handle handle, Range range, FloatBuffer target, HandDrivenErrand by) {
        if (by.over || !published.containsKey(handle.key())) {
            return CompletableFuture.failedStage(by.over ? new AbandonedException(handle) : new GoneException(handle));
        }
        FloatBuffer source = published.get(handle.key()).slice(range.from, range.to - range.from);
        Transfer transfer = new Transfer(handle, source, target, by);
        underWay.add(transfer);
        return transfer.done;
    }

    private record Range(int from, int to) {}

    /** Up to so many floats of each transfer come whose key contains this. */
    void deliver(String part, int floats) {
        List<Transfer> ended = new ArrayList<>();
        synchronized (this) {
            for (Transfer transfer : underWay) {
                if (!transfer.handle.key().contains(part)) {
                    continue;
                }
                int count = Math.min(floats, transfer.source.limit() - transfer.here);
                transfer.target.put(transfer.here, transfer.source, transfer.here, count);
                transfer.here += count;
                sent += count;
                transfer.errand.received += count;
                if (transfer.here == transfer.source.limit()) {
                    ended.add(transfer);
                }
            }
            underWay.removeAll(ended);
        }
        ended.forEach(transfer -> transfer.done.complete(null));
    }

    /** Transfers fail whose key contains this. */
    void fail(String part, Throwable why) {
        end(transfer -> transfer.handle.key().contains(part), why);
    }

    /** Transfers of keys that contain this. */
    public synchronized List<Handle> underWay(String part) {
        return underWay.stream()
                .map(transfer -> transfer.handle)
                .filter(handle -> handle.key().contains(part))
                .toList();
    }

    /** How often anything was published that contains this, at most. */
    synchronized int timesPublished(String part) {
        return times.entrySet().stream()
                .filter(entry -> entry.getKey().contains(part))
                .mapToInt(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        return errand().fetch(handle, from, to);
    }

    @Override
    public HandDrivenErrand errand() {
        return new HandDrivenErrand();
    }

    @Override
    public synchronized List<Link> links() {
        return List.of(new Link("others", sent, sent, 0));
    }

    @Override
    public void close() {}

    final class HandDrivenErrand implements Errand {
        private long received;
        private boolean over;

        @Override
        public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
            float[] target = new float[to - from];
            return fetchInto(handle, from, to, FloatBuffer.wrap(target), 0).thenApply(nothing -> target);
        }

        @Override
        public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
            return begin(handle, new Range(from, to), target.slice(at, to - from), this);
        }

        @Override
        public long received() {
            synchronized (HandDrivenPlane.this) {
                return received;
            }
        }

        @Override
        public void close() {
            synchronized (HandDrivenPlane.this) {
                over = true;
            }
            end(
                    transfer -> transfer.errand == this,
                    new AbandonedException(new Handle("by hand", "whatever it was", 0)));
        }
    }
}
