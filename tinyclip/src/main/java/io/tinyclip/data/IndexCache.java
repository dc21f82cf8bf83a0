package io.tinyclip.data;

import io.tinyclip.data.index.ShardIndex;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;

/** The indexes that were asked for last, as many as fit. One that several threads ask for is loaded once. */
final class IndexCache {
    /** The indexes of a window of {@link ShardOrder} with ten thousand samples in each shard fit. */
    private static final long MOST_BYTES = 512L << 20;
    /** At most this part of the heap is for indexes. */
    private static final int HEAP_SHARE = 4;

    private final long mostBytes;
    private final Map<Integer, CompletableFuture<ShardIndex>> indexes = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** As large as this machine's heap allows, and no larger than it need be. */
    IndexCache() {
        this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
    }

    /** @param mostBytes of all indexes together; the last one stays whatever it has */
    IndexCache(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * An index, loaded by the caller's thread where it is missing.
     *
     * @throws RuntimeException what {@code load} throws, in every thread that waited for it; the next call tries again
     */
    ShardIndex get(int shard, IntFunction<ShardIndex> load) {
        CompletableFuture<ShardIndex> own = new CompletableFuture<>();
        CompletableFuture<ShardIndex> there;
        synchronized (this) {
            // get, not putIfAbsent, counts as a use.
            there = indexes.get(shard);
            if (there == null) {
                indexes.put(shard, own);
            }
        }
        return there == null ? loaded(shard, own, load) : waited(there);
    }

    private ShardIndex loaded(int shard, CompletableFuture<ShardIndex> own, IntFunction<ShardIndex> load) {
        try {
            ShardIndex index = load.apply(shard);
            keep(shard, index, own);
            return index;
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                indexes.remove(shard);
            }
            own.completeExceptionally(e);
            throw e;
        }
    }

    /** Counted and given to those who wait at once, so that whatever is done is counted. */
    private synchronized void keep(int shard, ShardIndex index, CompletableFuture<ShardIndex> own) {
        own.complete(index);
        bytes += index.summary().bytes();
        Iterator<Map.Entry<Integer, CompletableFuture<ShardIndex>>> eldest =
                indexes.entrySet().iterator();
        while (bytes > mostBytes && eldest.hasNext()) {
            Map.Entry<Integer, CompletableFuture<ShardIndex>> entry = eldest.next();
            if (entry.getKey() != shard && entry.getValue().isDone()) {
                bytes -= entry.getValue().join().summary().bytes();
                eldest.remove();
            }
        }
    }

    /** Bytes that it may come to. */
    long mostBytes() {
        return mostBytes;
    }

    /** Bytes of all that is kept. */
    synchronized long bytes() {
        return bytes;
    }

    private static ShardIndex waited(CompletableFuture<ShardIndex> there) {
        try {
            return there.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
