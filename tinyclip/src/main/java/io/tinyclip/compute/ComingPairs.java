package io.tinyclip.compute;

import io.tinyclip.data.Views;
import io.tinyclip.engine.TensorScope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/**
 * The pairs of partitions that a worker probably computes next, read and decoded meanwhile by other threads. Who asks for a
 * partition does what is left of it, so no step waits for threads that are busy with others. What failed ahead is done
 * again by who asks, and fails in its name.
 */
final class ComingPairs {
    private final BatchLoader loader;
    private final LoadingThreads threads;
    private final Map<Key, Loading> coming = new HashMap<>();

    private record Key(long step, int partition) {}

    /** A partition's pairs: their bytes, then each of them. */
    private record Loading(Once<Views> bytes, List<Once<BatchLoader.Place>> places) {
        List<BatchLoader.Place> finished() {
            bytes.run();
            places.forEach(Once::run);
            return places.stream().map(Once::get).toList();
        }

        void drop() {
            bytes.drop();
            places.forEach(Once::drop);
        }
    }

    ComingPairs(BatchLoader loader, LoadingThreads threads) {
        this.loader = loader;
        this.threads = threads;
    }

    /** Has a partition loaded, unless that is under way. */
    void expect(long step, int partition) {
        Loading loading = loading(step, partition);
        synchronized (this) {
            if (coming.putIfAbsent(new Key(step, partition), loading) != null) {
                return;
            }
        }
        threads.reading().execute(() -> {
            loading.bytes.run();
            loading.places.forEach(threads.decoding()::execute);
        });
    }

    private Loading loading(long step, int partition) {
        Once<Views> bytes = new Once<>(() -> loader.gather(step, partition));
        List<Once<BatchLoader.Place>> places = IntStream.range(0, loader.partitionSize())
                .mapToObj(place -> new Once<>(() -> loader.place(bytes.get(), step, partition, place)))
                .toList();
        return new Loading(bytes, places);
    }

    /** A partition's arrays, from pairs loaded ahead or now. */
    BatchLoader.Arrays arrays(TensorScope scope, long step, int partition) {
        return loader.arrays(scope, take(step, partition));
    }

    private List<BatchLoader.Place> take(long step, int partition) {
        long begun = System.nanoTime();
        try {
            return claimed(step, partition)
                    .orElseGet(() -> now(step, partition))
                    .finished();
        } catch (CompletionException e) {
            return loader.places(step, partition);
        } finally {
            threads.waited(System.nanoTime() - begun);
        }
    }

    private synchronized Optional<Loading> claimed(long step, int partition) {
        return Optional.ofNullable(coming.remove(new Key(step, partition)));
    }

    private Loading now(long step, int partition) {
        Loading loading = loading(step, partition);
        loading.places.forEach(threads.decoding()::execute);
        return loading;
    }

    /** Drops what is no step's that comes soon. */
    synchronized void keepFrom(long step) {
        coming.entrySet().removeIf(each -> {
            long ahead = each.getKey().step - step;
            boolean over = ahead < 0 || ahead > threads.steps();
            if (over) {
                each.getValue().drop();
            }
            return over;
        });
    }
}
