package io.tinyclip.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever computes which tiles, and whatever is kept of them, the bits are the same. */
final class TileLossTest {
    private static final int PARTITIONS = 4;
    /** Not a multiple of the side: blocks of 17, 17 and 18. */
    private static final int SIZE = 52;

    private static final int SIDE = 20;
    private static final int EMBEDDING = 24;
    private static final double SCALE = 20;
    private static final LossPlan PLAN = new LossPlan(0.75, 0.25, 0, 0, List.of(new LossPlan.FurtherTeacher(7, 2)));

    private final TensorScope manager = Torch.newScope();
    private final AffinityKernel kernel = AffinityKernel.compile(manager);
    private int side = SIDE;

    @AfterEach
    void close() {
        manager.close();
    }

    /** Keeps at most so many bytes, as another machine might. */
    private static final class Limited {
        private final AtomicLong taken = new AtomicLong();
        private final long limit;

        Limited(long limit) {
            this.limit = limit;
        }

        TileMemory memory() {
            return new TileMemory(
                    bytes -> {
                        boolean fits = taken.addAndGet(bytes) <= limit;
                        taken.addAndGet(fits ? 0 : -bytes);
                        return fits;
                    },
                    bytes -> taken.addAndGet(-bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void anyNumberOfHoldersHaveTheSameBits(int holders) {
        List<float[]> alone = step(1, TileMemory.ALL, features(1));
        assertSame(alone, step(holders, TileMemory.ALL, features(1)));
        assertSame(alone, step(holders, TileMemory.NONE, features(1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_000, 100_000})
    void whateverIsKeptTheBitsAreTheSameAndAllIsGivenBack(long limit) {
        Limited limited = new Limited(limit);
        assertSame(step(1, TileMemory.NONE, features(1)), step(2, limited.memory(), features(1)));
        assertEquals(0, limited.taken.get());
    }

    /** Sides that leave room for two partitions in a block, and for all four. */
    @ParameterizedTest
    @ValueSource(ints = {4 * SIZE, 8 * SIZE})
    void smallPartitionsAreJoinedAndTheirBitsAreTheSameForAnyHoldersAndMemory(int wide) {
        side = wide;
        List<float[]> alone = step(1, TileMemory.ALL, features(1));
        for (int holders = 2; holders <= PARTITIONS; holders++) {
            assertSame(alone, step(holders, TileMemory.ALL, features(1)));
            assertSame(alone, step(holders, TileMemory.NONE, features(1)));
        }
    }

    /** Each partition has its own log-sum-exps, cotangents and part of the loss, though its tiles are its neighbours' too. */
    @ParameterizedTest
    @ValueSource(ints = {4 * SIZE, 6 * SIZE, 8 * SIZE})
    void joinedPartitionsHaveTheNumbersOfPartitionsThatAreCut(int wide) {
        List<float[]> cut = step(1, TileMemory.ALL, features(1));
        side = wide;
        List<float[]> joined = step(1, TileMemory.ALL, features(1));
        assertEquals(cut.size(), joined.size());
        for (int i = 0; i < cut.size(); i++) {
            assertArrayEquals(cut.get(i), joined.get(i), 1e-5f, "array " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SIDE, 4 * SIZE})
    void twoThreadsHaveTheBitsOfOne(int cut) throws Exception {
        side = cut;
        List<float[]> expected = step(1, TileMemory.ALL, features(1));
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (GlobalBatch batch = batch(features(1))) {
            LossCompute compute = compute(TileMemory.ALL);
            List<Future<float[]>> waiting = new ArrayList<>();
            for (int p = 0; p < PARTITIONS; p++) {
                LossCompute.Place place = place(batch, p);
                waiting.add(pool.submit(() -> compute.logSumExps(place)));
            }
            List<float[]> sums = new ArrayList<>();
            for (Future<float[]> each : waiting) {
                sums.add(each.get());
            }
            List<Future<List<float[]>>> results = new ArrayList<>();
            for (int p = PARTITIONS - 1; p >= 0; p--) {
                LossCompute.Place place = place(batch, p);
                results.add(0, pool.submit(() -> floats(compute.loss(place, sums))));
            }
            List<float[]> found = new ArrayList<>(sums);
            for (Future<List<float[]>> each : results) {
                found.addAll(each.get());
            }
            assertSame(expected, found);
        } finally {
            pool.shutdown();
        }
    }

    /** Logits from -400 to 400 in one tile: exponentials relative to the tile's largest would vanish in most rows. */
    @Test
    void rowsFarBelowTheLargestLogitKeepTheirSums() {
        List<PartitionFeatures> far = features(20);
        LossReference reference = LossReference.of(far, identities(), SCALE);
        double loss = 0;
        for (float[] values : step(1, TileMemory.ALL, far)) {
            loss += values.length == 3 ? values[0] : 0;
        }
        assertTrue(Double.isFinite(loss));
        assertEquals(reference.loss(PLAN), loss, 1e-5 * loss);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void aValueThatIsNotFiniteMakesTheLossOfItsPartitionNotFinite(float value) {
        List<PartitionFeatures> broken = features(1);
        broken.get(1).student().image()[3] = value;
        List<float[]> found = step(2, TileMemory.ALL, broken);
        float[] sums = found.get(PARTITIONS + 3 * 1 + 2);
        assertFalse(Float.isFinite(sums[0]));
        assertTrue(Float.isNaN(found.get(PARTITIONS + 3 * 1)[0]));
    }

    /** All log-sum-exps, then each partition's cotangents and sums; partitions are dealt to holders in turn. */
    private List<float[]> step(int holders, TileMemory memory, List<PartitionFeatures> features) {
        List<GlobalBatch> batches =
                IntStream.range(0, holders).mapToObj(i -> batch(features)).toList();
        LossCompute compute = compute(memory);
        List<float[]> sums = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            sums.add(compute.logSumExps(place(batches.get(p % holders), p)));
        }
        List<float[]> all = new ArrayList<>(sums);
        for (int p = 0; p < PARTITIONS; p++) {
            all.addAll(floats(compute.loss(place(batches.get(p % holders), p), sums)));
        }
        batches.forEach(GlobalBatch::close);
        return all;
    }

    private static List<float[]> floats(AffinityKernel.Result result) {
        return List.of(
                result.dImage().floats(), result.dText().floats(), result.sums().floats());
    }

    private LossCompute compute(TileMemory memory) {
        return new LossCompute(kernel, PLAN, SIZE, SCALE, new LossCompute.Tiling(side, memory));
    }

    private GlobalBatch batch(List<PartitionFeatures> features) {
        return new GlobalBatch(manager.newScope(), false, features, SIZE, Positives.of(identities()));
    }

    private LossCompute.Place place(GlobalBatch batch, int partition) {
        return new LossCompute.Place(manager, batch, partition, OptionalDouble.empty());
    }

    /** A few pairs have a positive in another partition. */
    private static long[] identities() {
        return IntStream.range(0, PARTITIONS * SIZE)
                .mapToLong(i -> i % 50 == 0 ? 0 : i)
                .toArray();
    }

    private static List<PartitionFeatures> features(double size) {
        List<PartitionFeatures> features = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            features.add(new PartitionFeatures(embedded(0, p, size), List.of(embedded(2, p, 1), embedded(4, p, 1))));
        }
        return features;
    }

    private static Embedded embedded(int kind, int partition, double size) {
        return new Embedded(values(kind, partition, size), values(kind + 1, partition, 1));
    }

    private static float[] values(int kind, int partition, double size) {
        float[] values = new float[SIZE * EMBEDDING];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.2 * size * Counter.normal(kind, partition * values.length + i));
        }
        return values;
    }

    private static void assertSame(List<float[]> expected, List<float[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "array " + i);
        }
    }
}
