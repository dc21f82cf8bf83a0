package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.index.IndexBuilder;
import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.IndexedSample;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardStamp;
import io.tinyclip.step.ShardPin;
import io.tinyclip.storage.LocalBlob;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Four hundred million pairs: what is held of them is counted, not measured, and none of their tars is there. */
final class ManyPairsTest {
    private static final int SHARDS = 40_000;
    private static final int PAIRS = 10_000;
    private static final long CACHE = 64 << 20;

    /** One index for all shards, of the size that each of theirs would have. */
    private static final ShardIndex INDEX = index();

    private record Simulated() implements ShardIndexes {
        @Override
        public ShardIndex load(int shard) {
            return INDEX;
        }

        @Override
        public int[] counts() {
            return ManyPairsTest.counts(SHARDS);
        }

        @Override
        public IntStream present() {
            return IntStream.range(0, SHARDS);
        }

        @Override
        public Optional<ShardPin> pin(int shard) {
            return Optional.empty();
        }

        @Override
        public long bytes() {
            return (long) SHARDS * INDEX.summary().bytes();
        }
    }

    @Test
    void indexesAreHeldAsFarAsTheyFitHoweverManyPairsAreAskedFor() {
        assertTrue(INDEX.summary().bytes() > 1 << 20, "as large as that of a usual tar");
        IndexCache cache = new IndexCache(CACHE);
        Shards shards = new Shards(source(SHARDS), new Simulated(), cache);
        assertEquals(SHARDS * PAIRS, shards.size());
        for (int shard = 0; shard < SHARDS; shard++) {
            Shards.Place place = shards.place(shard * PAIRS + shard % PAIRS);
            assertEquals(shard, place.shard());
            assertEquals(shard % PAIRS, place.sample());
            assertSame(INDEX, place.index());
            assertTrue(cache.bytes() <= CACHE, "held after shard " + shard + ": " + cache.bytes());
        }
        assertTrue(cache.bytes() > CACHE - INDEX.summary().bytes(), "as many as fit");
        assertEquals(CACHE + 1024L * SHARDS, shards.heapBytes(), "what the memory is asked for");
    }

    @Test
    void whatASmallSetHoldsIsLittle() {
        FirstReads reads = new FirstReads(source(4), "x", counts(4));
        long bytes = new Shards(source(4), reads, new IndexCache(CACHE)).heapBytes();
        assertTrue(bytes > 0 && bytes < CACHE, "" + bytes);
    }

    /** Counts of a set that is known by them alone: 12 bytes a shard, and a hash once it was read. */
    @Test
    void theOrderNeedsNoIndex() {
        FirstReads reads = new FirstReads(source(SHARDS), "x", counts(SHARDS));
        Shards shards = new Shards(source(SHARDS), reads, new IndexCache(CACHE));
        ShardOrder order = new ShardOrder(shards.starts(), 4096);
        assertEquals(SHARDS * PAIRS, shards.size());
        int first = order.at(1, 0) / PAIRS;
        for (int place : new int[] {1, 4096, 399_999_999}) {
            int pair = order.at(1, place);
            assertTrue(pair >= 0 && pair < shards.size());
        }
        assertEquals(first, order.at(1, 1) / PAIRS, "neighbours come from one tar");
    }

    private static Shards.Source source(int shards) {
        return new Shards.Source(
                Collections.nCopies(shards, new LocalBlob(Path.of("none.tar"))),
                new IndexStore(Optional.empty()),
                Reading.USUAL);
    }

    private static int[] counts(int shards) {
        int[] counts = new int[shards];
        Arrays.fill(counts, PAIRS);
        return counts;
    }

    private static ShardIndex index() {
        IndexBuilder builder = new IndexBuilder("none.tar");
        for (int pair = 0; pair < PAIRS; pair++) {
            builder.add(new IndexedSample(
                    "%09d".formatted(pair),
                    1024L * pair,
                    512,
                    new byte[32],
                    List.of("a caption of some length, as they are found on the web " + pair)));
        }
        return builder.build(new ShardStamp(1 << 30, 1), List.of());
    }
}
