package io.tinyclip.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Workers of one process make a tile once, and none notices. */
final class LossShareTest {
    private static final int PARTITIONS = 4;
    private static final int SIZE = 6;
    private static final int EMBEDDING = 8;
    private static final double SCALE = 20;

    private final LossShare share = new LossShare(ComputeDevice.CPU);
    private final AtomicInteger kept = new AtomicInteger();

    @Test
    void twoWorkersComputeEachTileOnceAndHaveTheBitsOfOne() {
        List<float[]> alone = step(List.of(new LossShare(ComputeDevice.CPU)));
        int tiles = kept.getAndSet(0);
        assertEquals(2 * PARTITIONS * PARTITIONS, tiles, "logits and gradient of each tile are kept once");
        List<float[]> shared = step(List.of(share, share));
        assertEquals(tiles, kept.getAndSet(0));
        List<float[]> apart = step(List.of(new LossShare(ComputeDevice.CPU), new LossShare(ComputeDevice.CPU)));
        for (int i = 0; i < alone.size(); i++) {
            assertArrayEquals(alone.get(i), shared.get(i), "array " + i);
            assertArrayEquals(alone.get(i), apart.get(i), "array " + i);
        }
    }

    @Test
    void equalContentsShareABatchUntilAllHaveReleasedIt() {
        share.join();
        GlobalBatch first = share.batch(contents(OptionalDouble.empty()));
        GlobalBatch second = share.batch(contents(OptionalDouble.empty()));
        assertSame(first, second);
        TensorScope manager = first.scope();
        share.release(first);
        assertTrue(manager.isOpen());
        share.release(second);
        assertFalse(manager.isOpen());
        GlobalBatch next = share.batch(contents(OptionalDouble.empty()));
        assertTrue(next.scope().isOpen());
        share.release(next);
        share.leave();
    }

    @Test
    void whatDiffersInOneNumberIsAnotherBatch() {
        share.join();
        GlobalBatch some = share.batch(contents(OptionalDouble.empty()));
        assertNotSame(some, share.batch(contents(OptionalDouble.of(19))));
        LossShare.Contents other = contents(OptionalDouble.empty());
        float[] last = other.partitions().get(PARTITIONS - 1).teachers().get(0).text();
        last[last.length - 1] = Math.nextUp(last[last.length - 1]);
        assertNotSame(some, share.batch(other));
        LossShare.Contents paired = new LossShare.Contents(
                other.plan(),
                SIZE,
                SCALE,
                OptionalDouble.empty(),
                Positives.of(new long[PARTITIONS * SIZE]),
                contents(OptionalDouble.empty()).partitions());
        assertNotSame(some, share.batch(paired));
        share.leave();
    }

    /** Partitions are dealt to one worker each share in turn; each releases and leaves. */
    private List<float[]> step(List<LossShare> shares) {
        TileMemory memory = new TileMemory(
                bytes -> {
                    kept.incrementAndGet();
                    return true;
                },
                bytes -> {});
        List<LossCompute> computes = new ArrayList<>();
        List<GlobalBatch> batches = new ArrayList<>();
        for (LossShare one : shares) {
            computes.add(
                    new LossCompute(one.join(), LossPlan.AFFINITY, SIZE, SCALE, new LossCompute.Tiling(SIZE, memory)));
            batches.add(one.batch(contents(OptionalDouble.empty())));
        }
        try (TensorScope scope = Torch.newScope()) {
            List<float[]> sums = new ArrayList<>();
            for (int p = 0; p < PARTITIONS; p++) {
                int worker = p % shares.size();
                sums.add(computes.get(worker).logSumExps(place(scope, batches.get(worker), p)));
            }
            List<float[]> all = new ArrayList<>(sums);
            for (int p = 0; p < PARTITIONS; p++) {
                int worker = p % shares.size();
                AffinityKernel.Result result = computes.get(worker).loss(place(scope, batches.get(worker), p), sums);
                all.add(result.dImage().floats());
                all.add(result.dText().floats());
                all.add(result.sums().floats());
            }
            return all;
        } finally {
            for (int worker = 0; worker < shares.size(); worker++) {
                shares.get(worker).release(batches.get(worker));
                shares.get(worker).leave();
            }
        }
    }

    private static LossCompute.Place place(TensorScope scope, GlobalBatch batch, int partition) {
        return new LossCompute.Place(scope, batch, partition, OptionalDouble.empty());
    }

    /** New arrays of the same numbers at each call. */
    private static LossShare.Contents contents(OptionalDouble scale) {
        List<PartitionFeatures> features = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            features.add(new PartitionFeatures(embedded(0, p), List.of(embedded(2, p))));
        }
        return new LossShare.Contents(LossPlan.AFFINITY, SIZE, SCALE, scale, Positives.NONE, features);
    }

    private static Embedded embedded(int kind, int partition) {
        return new Embedded(values(kind, partition), values(kind + 1, partition));
    }

    private static float[] values(int kind, int partition) {
        float[] values = new float[SIZE * EMBEDDING];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.2 * Counter.normal(kind, partition * values.length + i));
        }
        return values;
    }
}
