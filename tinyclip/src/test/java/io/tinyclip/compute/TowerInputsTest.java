package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.fit.SampleTowers;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TowerInputsTest {
    private static final ModelShape MODEL = SmallShapes.uneven();

    /** Else towers would be closed in which another thread still computes. */
    @Test
    void aThreadThatFailsWaitsForThoseThatCompute() {
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch failing = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        try (TowerInputs inputs = new TowerInputs(MODEL, 3, 2)) {
            assertThrows(
                    CompletionException.class,
                    () -> inputs.onAllThreads(() -> {
                        if (begun.getAndIncrement() == 0) {
                            failing.countDown();
                            throw new IllegalStateException("no memory");
                        }
                        compute(failing);
                        ended.set(true);
                    }));
            assertTrue(ended.get());
        }
    }

    /** Some hundred milliseconds, once another thread fails. */
    private static void compute(CountDownLatch failing) {
        try {
            failing.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < 200_000_000) {
            Thread.onSpinWait();
        }
    }

    @Test
    void towersShareInputs() {
        try (TowerInputs inputs = new TowerInputs(MODEL, 3, 2)) {
            for (ModelShape shape : SampleTowers.of(MODEL, 3)) {
                try (TowerBenchmark tower = new TowerBenchmark(shape, inputs)) {
                    assertTrue(tower.image(1) > 0 && tower.text(1) > 0);
                }
            }
        }
    }

    /** Pictures of 224 x 224 twice, and of 50 tokens six times 768 channels and two times 3072 neurons for each thread. */
    @Test
    void tellsWhatEmbeddingTakes() {
        long pictures = 2L * 64 * 3 * 224 * 224;
        long embedding = 64L * 50 * (6 * 768 + 2 * 3072);
        long texts = 64L * 77 * (6 * 512 + 2 * 2048);
        assertEquals(4 * (pictures + 3 * Math.max(embedding, texts)), TowerInputs.bytes(SmallShapes.vitB32(), 3));
    }
}
