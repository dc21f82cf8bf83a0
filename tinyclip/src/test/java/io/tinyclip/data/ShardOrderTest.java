package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShardOrderTest {
    private static final int MANY = 200;

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1, 1000, 7",
        "2, 1, 1",
        "3, 50, 150",
        "63, 9, 16",
        "64, 10, 640",
        "65, 3, 100",
        "127, 40, 33",
        "128, 40, 5120",
        "300, 1, 4",
        "300, 100, 256",
        "1000, 7, 1024",
        "64, 1000, 1"
    })
    void visitsEveryPairOnceInAPassHoweverUnevenTheShardsAre(int shards, int most, int batch) {
        Random random = new Random(shards * 31L + most);
        int[] counts =
                IntStream.range(0, shards).map(i -> random.nextInt(most + 1)).toArray();
        counts[random.nextInt(shards)] = most;
        visitsAll(starts(counts), batch);
    }

    @Test
    void visitsEveryPairOnceWhereOneShardHasNearlyAll() {
        int[] counts = new int[100];
        Arrays.fill(counts, 1);
        counts[37] = 20_000;
        counts[38] = 0;
        visitsAll(starts(counts), 64);
    }

    private static void visitsAll(int[] starts, int batch) {
        int size = starts[starts.length - 1];
        ShardOrder order = new ShardOrder(starts, batch);
        for (long key : new long[] {0, 5, -9}) {
            BitSet seen = new BitSet(size);
            for (int place = 0; place < size; place++) {
                int pair = order.at(key, place);
                assertTrue(pair >= 0 && pair < size);
                assertTrue(!seen.get(pair), "pair " + pair + " came twice in pass " + key);
                seen.set(pair);
            }
        }
    }

    @Test
    void isAPureFunctionOfKeyAndPlace() {
        int[] starts = even(MANY, 50);
        int[] forwards = IntStream.range(0, MANY * 5)
                .map(place -> new ShardOrder(starts, 96).at(3, 10 * place))
                .toArray();
        ShardOrder one = new ShardOrder(starts, 96);
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            int place = random.nextInt(forwards.length);
            one.at(random.nextInt(4), random.nextInt(MANY * 50));
            assertEquals(forwards[place], one.at(3, 10 * place));
        }
    }

    @Test
    void threadsThatAskForDifferentPassesGetWhatEachWouldGetAlone() {
        int[] starts = even(MANY, 50);
        ShardOrder shared = new ShardOrder(starts, 96);
        int[][] expected = new int[3][];
        for (int key = 0; key < 3; key++) {
            ShardOrder own = new ShardOrder(starts, 96);
            int pass = key;
            expected[key] = IntStream.range(0, MANY * 50)
                    .map(place -> own.at(pass, place))
                    .toArray();
        }
        IntStream.range(0, 90_000)
                .parallel()
                .forEach(i -> assertEquals(expected[i % 3][i / 9], shared.at(i % 3, i / 9)));
    }

    @Test
    void aStepReadsRunsOfAFewShardsAndNotOnePlaceAPair() {
        int batch = 1024;
        int[] starts = even(MANY, 1000);
        ShardOrder order = new ShardOrder(starts, batch);
        for (int step = 0; step < MANY * 1000 / batch; step++) {
            int[] pairs = new int[batch];
            for (int position = 0; position < batch; position++) {
                pairs[position] = order.at(1, step * batch + position);
            }
            Set<Integer> shards = new HashSet<>();
            int runs = 1;
            for (int position = 0; position < batch; position++) {
                shards.add(pairs[position] / 1000);
                runs += position > 0 && pairs[position] != pairs[position - 1] + 1 ? 1 : 0;
            }
            assertTrue(shards.size() >= ShardOrder.WINDOW / 2, shards.size() + " shards mix in a step");
            assertTrue(shards.size() <= 4 * ShardOrder.WINDOW && runs <= 5 * ShardOrder.WINDOW, runs + " runs");
        }
    }

    @Test
    void everyPassMixesOtherShardsAndBeginsElsewhereInThem() {
        ShardOrder order = new ShardOrder(even(MANY, 1000), 1024);
        Set<Set<Integer>> mixes = new HashSet<>();
        Set<Integer> first = new HashSet<>();
        for (long key = 0; key < 20; key++) {
            Set<Integer> mix = new HashSet<>();
            for (int place = 0; place < 1024; place++) {
                mix.add(order.at(Counter.key(key), place) / 1000);
            }
            mixes.add(mix);
            first.add(order.at(Counter.key(key), 0) % 1000);
        }
        assertEquals(20, mixes.size());
        assertTrue(first.size() > 15, "rings begin anywhere: " + first);
    }

    @Test
    void fourHundredMillionPairsAreOrderedFromTheCountsOfTheirShards() {
        int[] starts = even(40_000, 10_000);
        ShardOrder order = new ShardOrder(starts, 4096);
        Set<Integer> pairs = new HashSet<>();
        for (int place : new int[] {0, 4095, 123_456_789, 399_999_999}) {
            assertTrue(pairs.add(order.at(7, place)));
        }
        Set<Integer> step = new HashSet<>();
        for (int place = 200_000_000; place < 200_004_096; place++) {
            assertTrue(step.add(order.at(7, place)));
        }
    }

    @Test
    void setsOfFewShardsKeepTheOrderThatTheyHad() {
        assertTrue(!ReadOrder.AUTO.byShards(255) && ReadOrder.AUTO.byShards(256));
        assertTrue(ReadOrder.SHARDS.byShards(2) && !ReadOrder.PAIRS.byShards(1 << 20));
        // As they were before there was another order.
        int[] before = {708, 557, 542, 722, 362, 928};
        Sampler sampler = new Sampler(1000, 11, 100, 2);
        assertArrayEquals(
                before,
                IntStream.range(0, 6).map(i -> sampler.index(i * 3, i * 7)).toArray());
    }

    @Test
    void theSamplerOrdersAsTheDatasetAsks() {
        int[] starts = even(4, 100);
        Counted any = new Counted(400, new int[0]);
        Sampler pairs = new Sampler(any, 5, 32, 2);
        Sampler same = new Sampler(400, 5, 32, 2);
        Sampler shards = new Sampler(new Counted(400, starts), 5, 32, 2);
        List<Integer> byPairs = indices(pairs);
        assertEquals(indices(same), byPairs);
        assertNotEquals(byPairs, indices(shards));
        assertEquals(12 * 32, new HashSet<>(indices(shards)).size());
    }

    private static List<Integer> indices(Sampler sampler) {
        return IntStream.range(0, 12 * 32)
                .mapToObj(i -> sampler.index(i / 32, i % 32))
                .toList();
    }

    private static int[] even(int shards, int each) {
        return IntStream.rangeClosed(0, shards).map(shard -> shard * each).toArray();
    }

    private static int[] starts(int[] counts) {
        int[] starts = new int[counts.length + 1];
        for (int shard = 0; shard < counts.length; shard++) {
            starts[shard + 1] = starts[shard] + counts[shard];
        }
        return starts;
    }
}
