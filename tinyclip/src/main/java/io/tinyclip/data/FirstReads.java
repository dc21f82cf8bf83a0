package io.tinyclip.data;

import io.tinyclip.data.index.IndexBuilder;
import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardStamp;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.ShardPin;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes that are looked for, or made, when a sample of their shard is first asked for. What a shard is found to hold then, it
 * must hold for good; how many samples it holds was counted before, and it may hold fewer.
 */
final class FirstReads implements ShardIndexes {
    private static final Logger LOG = LoggerFactory.getLogger(FirstReads.class);
    private static final String REMEDY = "; correct its number in sizes.json or in its _stats.json, or set"
            + " tinyclip.data.index = before, and start another run";
    /** Usual of an index, a sample, with captions of some 100 letters. */
    private static final long BYTES_A_SAMPLE = 256;

    private final Shards.Source source;
    private final String setting;
    private final int[] counts;
    private final AtomicReferenceArray<ShardPin> pins;

    /** @param setting names the shards in messages. @param counts of samples, one a shard */
    FirstReads(Shards.Source source, String setting, int[] counts) {
        this.source = source;
        this.setting = setting;
        this.counts = counts.clone();
        this.pins = new AtomicReferenceArray<>(counts.length);
    }

    @Override
    public ShardIndex load(int shard) {
        Blob blob = source.blobs().get(shard);
        ShardIndex index = index(blob);
        if (index.size() > counts[shard]) {
            throw new InvalidInputException("tar [" + blob.location() + "] of " + setting + " holds [" + index.size()
                    + "] samples, of which at most the [" + counts[shard]
                    + "] that it is counted to hold have a place in the run" + REMEDY);
        }
        ShardPin pin = new ShardPin(shard, index.summary().contentHash(), blob.location());
        ShardPin before = pins.compareAndExchange(shard, null, pin);
        if (before != null && !before.equals(pin)) {
            throw ChangedShard.changed(
                    blob, "its samples are others", source.store().place(blob));
        }
        return index;
    }

    private ShardIndex index(Blob blob) {
        try {
            IndexStore.Found found = source.store().summary(blob, ShardStamp.of(blob, Shard.rules(source.reading())));
            Optional<ShardIndex> there =
                    found.summary().flatMap(summary -> source.store().load(blob, summary));
            return there.isPresent() ? there.get() : made(blob);
        } catch (NoSuchFileException e) {
            return leftOut(blob, ChangedShard.missing(blob, setting, e));
        } catch (EOFException | ChangedBlobException e) {
            throw new InvalidInputException(
                    "tar [" + blob.location() + "] of " + setting
                            + " changed while it was read; start again when it is whole",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "tar [" + blob.location() + "] of " + setting + " cannot be read (" + e + "); restore it", e);
        }
    }

    private ShardIndex made(Blob blob) throws IOException {
        LOG.debug("tar [{}] is read for its index", blob.location());
        try {
            ShardIndex made = Shard.index(blob, source.reading());
            source.store().save(blob, made);
            return made;
        } catch (InvalidInputException e) {
            return leftOut(blob, e);
        }
    }

    /** An index without samples in the place of one that is missing or damaged, where that is wanted. */
    private ShardIndex leftOut(Blob blob, InvalidInputException fault) {
        if (!source.reading().skipsDamaged()) {
            throw new InvalidInputException(
                    fault.getMessage() + ", or leave the samples of such tars out by tinyclip.data.missing = skip",
                    fault);
        }
        LOG.warn("left out, with all of its samples: {}", fault.getMessage());
        Leftovers leftovers = new Leftovers();
        leftovers.count(Leftovers.Reason.SKIPPED, blob.location());
        return new IndexBuilder(blob.location()).build(new ShardStamp(0, 0), leftovers.remarks());
    }

    @Override
    public int[] counts() {
        return counts.clone();
    }

    @Override
    public IntStream present() {
        return IntStream.range(0, counts.length);
    }

    @Override
    public Optional<ShardPin> pin(int shard) {
        if (pins.get(shard) == null) {
            load(shard);
        }
        return Optional.of(pins.get(shard));
    }

    @Override
    public long bytes() {
        return BYTES_A_SAMPLE * IntStream.of(counts).asLongStream().sum();
    }
}
