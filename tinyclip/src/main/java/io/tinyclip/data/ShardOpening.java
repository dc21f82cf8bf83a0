package io.tinyclip.data;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardStamp;
import io.tinyclip.data.index.ShardSummary;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens shards. Where all must be known before the first sample is asked for, those that have an index are asked for its head,
 * and the others are read, several at a time; else no more is read than tells how many samples they hold.
 */
final class ShardOpening {
    private static final Logger LOG = LoggerFactory.getLogger(ShardOpening.class);
    /** Reading heads is waiting for a disk or a store, mostly. */
    private static final int LEAST_THREADS = 4;

    private final List<? extends Blob> blobs;
    private final String setting;
    private final Shards.Source source;
    private final IndexStore store;
    private final Reading reading;
    private final IndexCache cache = new IndexCache();

    /** @param setting names the shards in messages */
    ShardOpening(List<? extends Blob> blobs, String setting, IndexStore indexes, Reading reading) {
        this.blobs = blobs;
        this.setting = setting;
        this.source = new Shards.Source(blobs, indexes, reading);
        this.store = source.store();
        this.reading = reading;
    }

    /** Shards that are open. @param summaries of all; of those that are opened by counts, only of those that have none */
    record Opened(Shards shards, List<ShardSummary> summaries) {}

    /**
     * Opens the shards with all that is in them.
     *
     * @throws InvalidInputException if one is missing, truncated or damaged, and such are not to be left out: of several the
     *     first
     */
    Opened open(ShardReading progress) {
        List<ShardSummary> summaries = withThreads(
                pool -> summaries(pool, IntStream.range(0, blobs.size()).toArray(), progress));
        return new Opened(new Shards(source, summaries, cache), summaries);
    }

    /**
     * Opens the shards by the numbers of samples in them. Those without one are opened for it, as {@link #open} does.
     *
     * @param declared one a shard
     */
    Opened open(List<OptionalInt> declared, ShardReading progress) {
        int[] unknown = IntStream.range(0, blobs.size())
                .filter(shard -> declared.get(shard).isEmpty())
                .toArray();
        List<ShardSummary> found =
                unknown.length == 0 ? List.of() : withThreads(pool -> summaries(pool, unknown, progress));
        int[] counts = declared.stream().mapToInt(count -> count.orElse(0)).toArray();
        for (int i = 0; i < unknown.length; i++) {
            counts[unknown[i]] = found.get(i).count();
        }
        return new Opened(new Shards(source, new FirstReads(source, setting, counts), cache), found);
    }

    /**
     * What is written beside the shards about how many samples they hold.
     *
     * @param places of the shards, as a user calls them
     * @param all whether it is of use only where all have a number: then the first without one ends the search
     */
    List<OptionalInt> declared(List<String> places, boolean all) {
        DeclaredCounts declared = new DeclaredCounts(setting);
        if (all && declared.of(places.get(0)).isEmpty()) {
            return Collections.nCopies(places.size(), OptionalInt.empty());
        }
        return withThreads(pool -> inOrder(pool, places.size(), shard -> declared.of(places.get(shard)), done -> {}));
    }

    private <T> T withThreads(Function<ExecutorService, T> work) {
        int threads = Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors());
        ExecutorService pool = Executors.newFixedThreadPool(threads, ShardOpening::thread);
        try {
            return work.apply(pool);
        } finally {
            pool.shutdownNow();
        }
    }

    private List<ShardSummary> summaries(ExecutorService pool, int[] shards, ShardReading progress) {
        List<IndexStore.Found> found = inOrder(pool, shards.length, i -> find(shards[i]), done -> {});
        sayFaults(found);
        int[] missing = IntStream.range(0, shards.length)
                .filter(i -> found.get(i).summary().isEmpty())
                .map(i -> shards[i])
                .toArray();
        if (missing.length > 0) {
            progress.read(0, missing.length);
        }
        List<ShardSummary> made =
                inOrder(pool, missing.length, i -> read(missing[i]), done -> progress.read(done, missing.length));
        List<ShardSummary> summaries = new ArrayList<>();
        for (int i = 0, next = 0; i < shards.length; i++) {
            Optional<ShardSummary> there = found.get(i).summary();
            summaries.add(there.isPresent() ? there.get() : made.get(next++));
        }
        return summaries;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "shards");
        thread.setDaemon(true);
        return thread;
    }

    private IndexStore.Found find(int shard) {
        Blob blob = blobs.get(shard);
        try {
            return store.summary(blob, ShardStamp.of(blob, Shard.rules(reading)));
        } catch (NoSuchFileException e) {
            return new IndexStore.Found(
                    Optional.of(leftOut(blob, ChangedShard.missing(blob, setting, e))), Optional.empty());
        } catch (IOException e) {
            throw unreadable(blob, e);
        }
    }

    private ShardSummary read(int shard) {
        Blob blob = blobs.get(shard);
        try {
            ShardIndex index = Shard.index(blob, reading);
            if (!store.save(blob, index)) {
                cache.get(shard, unsaved -> index);
            }
            return index.summary();
        } catch (InvalidInputException e) {
            return leftOut(blob, e);
        } catch (IOException e) {
            throw unreadable(blob, e);
        }
    }

    /** A shard without samples in the place of one that is missing or damaged, where that is wanted. */
    private ShardSummary leftOut(Blob blob, InvalidInputException fault) {
        if (!reading.skipsDamaged()) {
            throw new InvalidInputException(
                    fault.getMessage() + ", or leave such tars out by tinyclip.data.missing = skip", fault);
        }
        Leftovers leftovers = new Leftovers();
        leftovers.count(Leftovers.Reason.SKIPPED, blob.location());
        return ShardSummary.leftOut(leftovers.remarks());
    }

    private InvalidInputException unreadable(Blob blob, IOException e) {
        if (e instanceof ChangedBlobException) {
            return new InvalidInputException("tar " + e.getMessage(), e);
        }
        return new InvalidInputException(
                "tar [" + blob.location() + "] of " + setting + " cannot be read (" + e + ")", e);
    }

    private void sayFaults(List<IndexStore.Found> found) {
        List<String> faults = found.stream().flatMap(it -> it.fault().stream()).toList();
        if (!faults.isEmpty()) {
            LOG.warn(
                    "{}: [{}] shards are read again, of [{}]: {}{}",
                    setting,
                    faults.size(),
                    blobs.size(),
                    faults.get(0),
                    faults.size() > 1 ? ", and so on" : "");
        }
    }

    /** Results in the order of their numbers; a failure is that of the lowest number, whichever came first. */
    private static <T> List<T> inOrder(ExecutorService pool, int count, IntFunction<T> work, IntConsumer done) {
        List<Future<T>> futures = new ArrayList<>(count);
        for (int number = 0; number < count; number++) {
            int own = number;
            futures.add(pool.submit(() -> work.apply(own)));
        }
        List<T> results = new ArrayList<>(count);
        for (Future<T> future : futures) {
            results.add(result(future));
            done.accept(results.size());
        }
        return results;
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while shards were opened", e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause(), "a task that failed has a cause");
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("shards could not be opened: " + cause, cause);
        }
    }
}
