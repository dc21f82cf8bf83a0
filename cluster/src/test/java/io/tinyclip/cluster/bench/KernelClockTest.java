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
        CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> clock.run(() -> meet(both)));
        clock.run(() -> meet(both));
        other.join();
        KernelClock.Seconds seconds = clock.seconds();
        assertTrue(seconds.any() > 0);
        assertTrue(seconds.all() > seconds.any(), seconds.toString());
    }

    @Test
    void readingsAreSubtracted() {
        clock.run(() -> 7);
        KernelClock.Seconds before = clock.seconds();
        assertEquals(8, clock.run(() -> 8));
        KernelClock.Seconds between = clock.seconds().since(before);
        assertTrue(before.all() > 0 && between.all() > 0, before + " " + between);
        assertEquals(clock.seconds().all(), before.all() + between.all(), 1e-12);
        assertEquals(between.all(), between.any(), 1e-12);
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
