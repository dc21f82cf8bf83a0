package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardSummary;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.LocalBlob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardsTest {
    @TempDir
    Path folder;

    @Test
    void aMillionPairsInTenThousandShardsAreFoundFromTheIndexesOfThoseAskedFor() throws IOException {
        Blob blob = new LocalBlob(Tars.write(folder.resolve("a.tar"), 0, 100));
        ShardIndex index = Shard.index(blob, Reading.USUAL);
        IndexStore store = new IndexStore(Optional.empty());
        store.save(blob, index);
        Shards shards = new Shards(
                new Shards.Source(Collections.nCopies(10_000, blob), store, Reading.USUAL),
                Collections.nCopies(10_000, index.summary()),
                new IndexCache());
        assertEquals(1_000_000, shards.size());
        for (int pair : new int[] {0, 99, 100, 123_456, 999_999}) {
            Shards.Place place = shards.place(pair);
            assertEquals(pair / 100, place.shard());
            assertEquals(pair % 100, place.sample());
            assertEquals(
                    "colour number " + pair % 100,
                    place.index().captions(place.sample()).get(0));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> shards.place(1_000_000));
        assertThrows(IndexOutOfBoundsException.class, () -> shards.place(-1));
    }

    @Test
    void passesOverShardsWithoutPairs() throws IOException {
        List<Blob> blobs = List.of(
                new LocalBlob(Tars.write(folder.resolve("0.tar"), 0, 0)),
                new LocalBlob(Tars.write(folder.resolve("1.tar"), 0, 2)),
                new LocalBlob(Tars.write(folder.resolve("2.tar"), 0, 0)),
                new LocalBlob(Tars.write(folder.resolve("3.tar"), 0, 0)),
                new LocalBlob(Tars.write(folder.resolve("4.tar"), 0, 1)));
        Shards shards = new ShardOpening(blobs, "x", new IndexStore(Optional.empty()), Reading.USUAL)
                .open(ShardReading.SILENT)
                .shards();
        assertEquals(
                List.of(1, 1, 4),
                IntStream.range(0, 3).mapToObj(i -> shards.place(i).shard()).toList());
    }

    @Test
    void refusesMorePairsThanCanBeCounted() throws IOException {
        Blob blob = new LocalBlob(folder.resolve("a.tar"));
        ShardSummary one = Shard.index(new LocalBlob(Tars.write(folder.resolve("a.tar"), 0, 1)), Reading.USUAL)
                .summary();
        ShardSummary huge = new ShardSummary(one.stamp(), 1 << 30, one.contentHash(), one.remarks(), one.bytes());
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> new Shards(
                                new Shards.Source(List.of(blob, blob), new IndexStore(Optional.empty()), Reading.USUAL),
                                List.of(huge, huge),
                                new IndexCache()))
                .getMessage();
        assertEquals(
                "the first [2] tars hold [2147483648] pairs, at most [2147483647] can be used; name fewer tars",
                message);
    }

    @Test
    void ofSeveralFaultsTheFirstIsTold() throws IOException {
        List<Blob> blobs = IntStream.range(0, 40)
                .mapToObj(i -> (Blob) new LocalBlob(folder.resolve(i + ".tar")))
                .toList();
        Tars.write(folder.resolve("0.tar"), 0, 1);
        Tars.write(folder.resolve("1.tar"), 0, 1);
        for (int times = 0; times < 20; times++) {
            assertEquals(
                    "no file [" + folder
                            + "/2.tar], which x names; check the path, or leave such tars out by tinyclip.data.missing = skip",
                    assertThrows(InvalidInputException.class, () -> new ShardOpening(
                                            blobs, "x", new IndexStore(Optional.empty()), Reading.USUAL)
                                    .open(ShardReading.SILENT))
                            .getMessage());
        }
    }

    @Test
    void theCacheHoldsWhatFitsAndWhatWasAskedForLast() throws IOException {
        ShardIndex index = Shard.index(new LocalBlob(Tars.write(folder.resolve("a.tar"), 0, 3)), Reading.USUAL);
        long bytes = index.summary().bytes();
        IndexCache cache = new IndexCache(3 * bytes + 1);
        AtomicInteger loads = new AtomicInteger();
        for (int shard : new int[] {0, 1, 2, 0, 3, 0, 2, 1}) {
            assertSame(index, cache.get(shard, it -> {
                loads.incrementAndGet();
                return index;
            }));
        }
        assertEquals(5, loads.get(), "0, 1, 2, then 3 in place of 1, then 1 again");
        assertEquals(3 * bytes, cache.bytes());
    }

    @Test
    void anIndexIsLoadedOnceForAllThatAskAtOnceAndAgainAfterAFailure() throws IOException {
        ShardIndex index = Shard.index(new LocalBlob(Tars.write(folder.resolve("a.tar"), 0, 3)), Reading.USUAL);
        IndexCache cache = new IndexCache(1);
        AtomicInteger loads = new AtomicInteger();
        assertThrows(
                InvalidInputException.class,
                () -> cache.get(7, it -> {
                    throw new InvalidInputException("no");
                }));
        IntStream.range(0, 1000)
                .parallel()
                .forEach(i -> assertSame(index, cache.get(7, it -> {
                    loads.incrementAndGet();
                    return index;
                })));
        assertEquals(1, loads.get());
        assertTrue(cache.bytes() > 1, "the last one stays though it does not fit");
    }
}
