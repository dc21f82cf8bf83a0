package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class KernelClockTest {
    private final KernelClock clock = new KernelClock();

    @Test
    void kernelsAtTheSameTimeCountTwiceInAllAndOnceInAny() {
        CyclicBarrier both = new CyclicBarrier(2);
        CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> clock.run(3, () -> meet(both)));
        clock.run(3, () -> meet(both));
        other.join();
        KernelClock.Seconds seconds = clock.seconds(3);
        assertTrue(seconds.any() > 0);
        assertTrue(seconds.all() > seconds.any(), seconds.toString());
    }

    @Test
    void stepsAreCountedApart() {
        assertEquals(7, clock.run(1, () -> 7));
        assertEquals(0, clock.seconds(0).all());
        assertEquals(clock.seconds(1).all(), clock.seconds(1).any());
    }

    /** Both have begun before the first meeting and neither has ended before the second. */
    private static int meet(CyclicBarrier both) {
        try {
            both.await();
            return both.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
