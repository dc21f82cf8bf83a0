package io.tinyclip.data;

import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardSummary;
import io.tinyclip.step.ShardPin;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Indexes that were there, or made, before the first sample was asked for. */
record KnownIndexes(Shards.Source source, List<ShardSummary> summaries) implements ShardIndexes {
    KnownIndexes {
        summaries = List.copyOf(summaries);
    }

    @Override
    public ShardIndex load(int shard) {
        Blob blob = source.blobs().get(shard);
        return source.store().load(blob, summaries.get(shard)).orElseGet(() -> again(shard, blob));
    }

    private ShardIndex again(int shard, Blob blob) {
        ShardIndex index;
        try {
            index = Shard.index(blob, source.reading());
        } catch (IOException e) {
            throw ChangedShard.unread(blob, "its index", e);
        }
        if (!index.summary().contentHash().equals(summaries.get(shard).contentHash())) {
            throw ChangedShard.changed(
                    blob, "its samples are others", source.store().place(blob));
        }
        source.store().save(blob, index);
        return index;
    }

    @Override
    public int[] counts() {
        return summaries.stream().mapToInt(ShardSummary::count).toArray();
    }

    @Override
    public IntStream present() {
        return IntStream.range(0, summaries.size())
                .filter(shard -> !summaries.get(shard).isLeftOut());
    }

    @Override
    public Optional<ShardPin> pin(int shard) {
        return Optional.empty();
    }

    @Override
    public long bytes() {
        return summaries.stream().mapToLong(ShardSummary::bytes).sum();
    }
}
