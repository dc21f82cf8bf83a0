package io.tinyclip.data;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardSummary;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Shards in the order of the pattern. Of each, a summary is in memory; its index is loaded when a sample is asked for, and
 * forgotten when others need the room. So the heap grows with the number of shards, and not with the samples in them.
 */
final class Shards {
    private final Source source;
    private final List<ShardSummary> summaries;
    private final int[] starts;
    private final IndexCache cache;

    /**
     * What shards are made of.
     *
     * @param store of their indexes
     * @param reading how their members become pairs
     */
    record Source(List<? extends Blob> blobs, IndexStore store, Reading reading) {
        Source {
            blobs = List.copyOf(blobs);
        }
    }

    /**
     * @param summaries one a blob
     * @param cache holds indexes of these shards by their numbers, or none
     */
    Shards(Source source, List<ShardSummary> summaries, IndexCache cache) {
        this.source = source;
        this.summaries = List.copyOf(summaries);
        this.cache = cache;
        this.starts = new int[summaries.size() + 1];
        long count = 0;
        for (int shard = 0; shard < summaries.size(); shard++) {
            count += summaries.get(shard).count();
            if (count > Integer.MAX_VALUE) {
                throw new InvalidInputException("the first [" + (shard + 1) + "] tars hold [" + count
                        + "] pairs, at most [" + Integer.MAX_VALUE + "] can be used; name fewer tars");
            }
            starts[shard + 1] = (int) count;
        }
    }

    /** Where a sample lies: its shard's index, and its place there. */
    record Place(int shard, ShardIndex index, int sample) {}

    /** Samples of all shards. */
    int size() {
        return starts[starts.length - 1];
    }

    /** The first sample of each shard, and the number of all behind them. */
    int[] starts() {
        return starts.clone();
    }

    List<ShardSummary> summaries() {
        return summaries;
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
     * @throws InvalidInputException if its shard had to be read again, and has changed
     */
    Place place(int sample) {
        int shard = holder(sample);
        return new Place(shard, cache.get(shard, this::load), sample - starts[shard]);
    }

    /** The shard that holds a sample. */
    int holder(int sample) {
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

    /** The first sample of a shard. */
    int start(int shard) {
        return starts[shard];
    }

    /** The numbers of the shards that were not left out, in their order. */
    IntStream present() {
        return IntStream.range(0, summaries.size())
                .filter(shard -> !summaries.get(shard).isLeftOut());
    }

    /** The indexes of these, each loaded when the iterator comes to it; none is kept. */
    Iterable<ShardIndex> indexes() {
        return () -> present().mapToObj(this::load).iterator();
    }

    /** The index of one, which is not kept. */
    ShardIndex load(int shard) {
        Blob blob = blob(shard);
        return source.store.load(blob, summaries.get(shard)).orElseGet(() -> again(shard, blob));
    }

    private ShardIndex again(int shard, Blob blob) {
        ShardIndex index;
        try {
            index = Shard.index(blob, source.reading);
        } catch (IOException e) {
            throw ChangedShard.unread(blob, "its index", e);
        }
        if (!index.summary().contentHash().equals(summaries.get(shard).contentHash())) {
            throw ChangedShard.changed(blob, "its samples are others", indexPlace(shard));
        }
        source.store.save(blob, index);
        return index;
    }
}
