package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.data.Sampler;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PairsTest {
    private static final int BATCH = 4;

    private final RandomPairs data = new RandomPairs();
    private final AtomicInteger views = new AtomicInteger();
    private final TensorScope manager = Torch.newScope(ComputeDevice.CPU);
    private final Pairs pairs = pairs(new Counted());

    @AfterEach
    void free() {
        manager.close();
    }

    @Test
    void whatIsMadeAheadIsMadeOnce() {
        pairs.prepare(3, 1);
        pairs.prepare(3, 1);
        pairs.take(3, 1).scope().close();
        assertEquals(BATCH / 2, views.get());
        pairs.take(3, 1).scope().close();
        assertEquals(BATCH, views.get());
    }

    @Test
    void arraysOfAnotherStepAreNotTakenForThisOne() {
        pairs.prepare(3, 0);
        assertArrayEquals(pixels(pairs(data).take(4, 0)), pixels(pairs.take(4, 0)));
        assertFalse(Arrays.equals(pixels(pairs.take(3, 0)), pixels(pairs.take(4, 0))));
    }

    @Test
    void anInstallFreesWhatWasMadeForOtherStepsOnly() {
        pairs.prepare(3, 0);
        pairs.prepare(4, 1);
        views.set(0);
        pairs.keepOnly(4);
        pairs.take(4, 1);
        assertEquals(0, views.get());
        pairs.take(3, 0);
        assertEquals(BATCH / 2, views.get());
    }

    @Test
    void aPictureThatFailsAheadFailsAgainInTheOpen() {
        Pairs broken = pairs(new Counted() {
            @Override
            public Sample view(int index, long key, Preprocessing preprocessing) {
                throw new InvalidInputException("picture is damaged");
            }
        });
        assertThrows(InvalidInputException.class, () -> broken.prepare(0, 0));
        assertThrows(InvalidInputException.class, () -> broken.take(0, 0));
    }

    /** As where a GPU computes: loaded by several threads, then copied. */
    @Test
    void picturesLoadedAtTheSameTimeComeInTheirOrder() {
        Pairs.Loaded copied = pairs(data, true, new LoadingThreads(2, 1)).take(3, 1);
        Pairs.Loaded plain = pairs(data).take(3, 1);
        assertArrayEquals(pixels(plain), pixels(copied));
        assertArrayEquals(
                plain.arrays().tokens().longs(), copied.arrays().tokens().longs());
    }

    private static float[] pixels(Pairs.Loaded loaded) {
        return loaded.arrays().pixels().floats();
    }

    private Pairs pairs(Dataset source) {
        return pairs(source, false, LoadingThreads.NONE);
    }

    private Pairs pairs(Dataset source, boolean copies, LoadingThreads threads) {
        Sampler sampler = new Sampler(source.size(), 1, BATCH, 1);
        BatchLoader.Inputs inputs = new BatchLoader.Inputs(
                data.rows(8), Preprocessing.clip(8), 8, PictureTensors.on(manager, copies, Preprocessing.clip(8)));
        BatchLoader loader = new BatchLoader(source, sampler, inputs, BATCH / 2);
        return new Pairs(manager, new ComingPairs(loader, threads), (step, partition, arrays) -> List.of());
    }

    /** Counts the views that are asked for. */
    private class Counted extends OtherPairs {
        Counted() {
            super(data);
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            views.incrementAndGet();
            return super.view(index, key, preprocessing);
        }
    }
}
