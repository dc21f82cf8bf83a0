package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.data.Sampler;
import io.tinyclip.data.Views;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ComingPairsTest {
    private static final int PARTITION = 4;

    private final TensorScope manager = Torch.newScope(ComputeDevice.CPU);
    private final RandomPairs whole = new RandomPairs();

    @AfterEach
    void free() {
        manager.close();
    }

    @Test
    void whatIsExpectedIsLoadedByOtherThreadsAndOnce() throws InterruptedException {
        Watched data = new Watched();
        ComingPairs coming = coming(data, new LoadingThreads(2, 1));
        coming.expect(5, 1);
        coming.expect(5, 1);
        assertTrue(data.viewed.tryAcquire(PARTITION, 30, TimeUnit.SECONDS));
        float[] ahead = pixels(coming, 5, 1);
        assertEquals(PARTITION, data.views.get());
        assertTrue(data.threads.stream().allMatch(name -> name.equals("tinyclip-decode")), data.threads.toString());
        assertArrayEquals(pixels(coming(whole, LoadingThreads.NONE), 5, 1), ahead);
    }

    /** Whose threads are all busy, or dead. */
    @Test
    void whoAsksWaitsForNobodyWhoHasNotBegun() {
        CountDownLatch never = new CountDownLatch(1);
        LoadingThreads threads = new LoadingThreads(1, 1);
        threads.decoding().execute(() -> awaitForGood(never));
        for (int reader = 0; reader < 64; reader++) {
            threads.reading().execute(() -> awaitForGood(never));
        }
        ComingPairs coming = coming(whole, threads);
        coming.expect(5, 0);
        assertArrayEquals(pixels(coming(whole, LoadingThreads.NONE), 5, 0), pixels(coming, 5, 0));
        assertArrayEquals(pixels(coming(whole, LoadingThreads.NONE), 6, 1), pixels(coming, 6, 1), "nor unexpected");
        never.countDown();
    }

    @Test
    void whatFailedAheadIsTriedAgainByWhoAsks() throws InterruptedException {
        Watched data = new Watched();
        data.broken = true;
        ComingPairs coming = coming(data, new LoadingThreads(2, 1));
        coming.expect(5, 1);
        assertTrue(data.viewed.tryAcquire(PARTITION, 30, TimeUnit.SECONDS));
        data.broken = false;
        assertArrayEquals(pixels(coming(whole, LoadingThreads.NONE), 5, 1), pixels(coming, 5, 1));
        data.broken = true;
        coming.expect(6, 1);
        assertThrows(InvalidInputException.class, () -> pixels(coming, 6, 1));
    }

    @Test
    void bytesAreGatheredOncePerPartition() {
        Watched data = new Watched();
        ComingPairs coming = coming(data, new LoadingThreads(2, 1));
        coming.expect(5, 1);
        pixels(coming, 5, 1);
        assertEquals(1, data.gathered.get());
    }

    @Test
    void stepsThatNobodyComesToAreDropped() {
        Watched data = new Watched();
        LoadingThreads threads = new LoadingThreads(1, 2);
        CountDownLatch hold = new CountDownLatch(1);
        for (int reader = 0; reader < 64; reader++) {
            threads.reading().execute(() -> awaitForGood(hold));
        }
        ComingPairs coming = coming(data, threads);
        coming.expect(4, 0);
        coming.expect(6, 0);
        coming.expect(8, 0);
        coming.keepFrom(5);
        hold.countDown();
        pixels(coming, 6, 0);
        // The one reader after the other: whoever comes behind the step that was asked for has found nothing to do.
        pixels(coming(data, threads), 9, 0);
        assertEquals(2, data.gathered.get(), "of the steps 6 and 9");
    }

    /** A thread that has begun with a picture while its bytes were dropped would wait for good. */
    @Test
    void nobodyWaitsForWhatWasDropped() {
        Once<Integer> bytes = new Once<>(() -> 1);
        Once<Integer> place = new Once<>(() -> 1 + bytes.get());
        bytes.drop();
        assertTimeoutPreemptively(Duration.ofMinutes(1), place::run);
        assertThrows(CompletionException.class, place::get);
        Once<Integer> done = new Once<>(() -> 2);
        done.run();
        done.drop();
        assertEquals(2, done.get());
    }

    @Test
    void aBadPictureIsLeftOutAheadAsItIsNow() {
        Dataset bad = new BadPairs(whole, Set.of(3, 7, 11, 17, 23, 31));
        BatchLoader loader = loader(bad);
        ComingPairs coming = new ComingPairs(loader, new LoadingThreads(2, 1));
        for (int step = 0; step < 5; step++) {
            for (int partition = 0; partition < 2; partition++) {
                coming.expect(step, partition);
                BatchLoader.Arrays now = loader.load(manager, step, partition);
                BatchLoader.Arrays ahead = coming.arrays(manager, step, partition);
                assertEquals(now.empty(), ahead.empty());
                assertEquals(now.leftOut(), ahead.leftOut());
                assertArrayEquals(now.pixels().floats(), ahead.pixels().floats());
            }
        }
    }

    private static void awaitForGood(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private float[] pixels(ComingPairs coming, long step, int partition) {
        return coming.arrays(manager, step, partition).pixels().floats();
    }

    private ComingPairs coming(Dataset data, LoadingThreads threads) {
        return new ComingPairs(loader(data), threads);
    }

    private BatchLoader loader(Dataset data) {
        Sampler sampler = new Sampler(data.size(), 1, 2 * PARTITION, 1);
        return new BatchLoader(
                data,
                sampler,
                new BatchLoader.Inputs(
                        whole.rows(8), Preprocessing.clip(8), 8, PictureTensors.inPlace(Preprocessing.clip(8))),
                PARTITION);
    }

    /** Tells who asked for what. */
    private final class Watched extends OtherPairs {
        private final AtomicInteger views = new AtomicInteger();
        private final AtomicInteger gathered = new AtomicInteger();
        private final Semaphore viewed = new Semaphore(0);
        private final Set<String> threads = ConcurrentHashMap.newKeySet();
        private volatile boolean broken;

        Watched() {
            super(whole);
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            try {
                views.incrementAndGet();
                threads.add(Thread.currentThread().getName());
                if (broken) {
                    throw new InvalidInputException("picture is damaged");
                }
                return super.view(index, key, preprocessing);
            } finally {
                viewed.release();
            }
        }

        @Override
        public Views gather(int[] indices) {
            gathered.incrementAndGet();
            return this::view;
        }
    }
}
