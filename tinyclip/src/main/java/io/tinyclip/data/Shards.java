package io.tinyclip.data;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardSummary;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.ShardPin;
import io.tinyclip.storage.Blob;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Shards in the order of the pattern. Of each, a few numbers are in memory; its index is loaded when a sample is asked for, and
 * forgotten when others need the room. So the heap grows with the number of shards, and not with the samples in them.
 */
final class Shards {
    /** Its place, its head, and where its samples begin. */
    private static final long BYTES_A_SHARD = 1024;

    private final Source source;
    private final ShardIndexes indexes;
    private final int[] starts;
    private final IndexCache cache;

    /**
     * What shards are made of.
     *
     * @param store of their indexes, under the rules of this reading
     * @param reading how their members become pairs
     */
    record Source(List<? extends Blob> blobs, IndexStore store, Reading reading) {
        Source {
            blobs = List.copyOf(blobs);
            store = store.under(Shard.rules(reading));
        }
    }

    /** @param summaries one a blob. @param cache holds indexes of these shards by their numbers, or none */
    Shards(Source source, List<ShardSummary> summaries, IndexCache cache) {
        this(source, new KnownIndexes(source, summaries), cache);
    }

    /**
     * @param indexes of these blobs
     * @param cache holds indexes of these shards by their numbers, or none
     */
    Shards(Source source, ShardIndexes indexes, IndexCache cache) {
        this.source = source;
        this.indexes = indexes;
        this.cache = cache;
        int[] counts = indexes.counts();
        this.starts = new int[counts.length + 1];
        long count = 0;
        for (int shard = 0; shard < counts.length; shard++) {
            count += counts[shard];
            if (count > Integer.MAX_VALUE) {
                throw new InvalidInputException("the first [" + (shard + 1) + "] tars hold [" + count
                        + "] pairs, at most [" + Integer.MAX_VALUE + "] can be used; name fewer tars");
            }
            starts[shard + 1] = (int) count;
        }
    }

    /** Where a sample lies: its shard's index, and its place there. */
    record Place(int shard, ShardIndex index, int sample) {
        /** Whether the shard holds fewer samples than it was counted to hold, and not this one. */
        boolean isMissing() {
            return sample >= index.size();
        }
    }

    /** Samples of all shards. */
    int size() {
        return starts[starts.length - 1];
    }

    /** The first sample of each shard, and the number of all behind them. */
    int[] starts() {
        return starts.clone();
    }

    /** Shards, left out ones too. */
    int count() {
        return starts.length - 1;
    }

    /** Samples of a shard, as it was counted. */
    int count(int shard) {
        return starts[shard + 1] - starts[shard];
    }

    Blob blob(int shard) {
        return source.blobs.get(shard);
    }

    /** Where the index of a shard lies, for messages. */
    String indexPlace(int shard) {
        return source.store.place(blob(shard));
    }

    /**
     * Finds a sample.
     *
     * @throws InvalidInputException if its shard had to be read, and is not what it was
     */
    Place place(int sample) {
        int shard = shard(sample);
        return new Place(shard, cache.get(shard, indexes::load), sample - starts[shard]);
    }

    /** The shard that holds a sample. */
    int shard(int sample) {
        if (sample < 0 || sample >= size()) {
            throw new IndexOutOfBoundsException("pair [" + sample + "] of [" + size() + "]");
        }
        int found = Arrays.binarySearch(starts, sample);
        int shard = found >= 0 ? found : -found - 2;
        while (starts[shard + 1] == sample) {
            shard++; // an empty one
        }
        return shard;
    }

    /** What the shard of a sample was found to hold; empty where that was known from the start. */
    Optional<ShardPin> pin(int sample) {
        return indexes.pin(shard(sample));
    }

    /** The numbers of the shards that were not left out, in their order. */
    IntStream present() {
        return indexes.present();
    }

    /** The indexes of these, each loaded when the iterator comes to it; none is kept. */
    Iterable<ShardIndex> indexes() {
        return () -> present().mapToObj(this::load).iterator();
    }

    /** The index of one, which is not kept. */
    ShardIndex load(int shard) {
        return indexes.load(shard);
    }

    /** Most bytes of heap that all of this holds. */
    long heapBytes() {
        return BYTES_A_SHARD * count() + Math.min(cache.mostBytes(), indexes.bytes());
    }
}
