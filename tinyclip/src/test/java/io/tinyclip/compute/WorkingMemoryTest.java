package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkingMemoryTest {
    @Test
    void callsNeverTakeMoreThanThereIs() {
        WorkingMemory memory = new WorkingMemory(10);
        AtomicLong taken = new AtomicLong();
        AtomicLong most = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Long>> calls = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                long needed = 1 + i % 7;
                calls.add(CompletableFuture.supplyAsync(
                        () -> memory.within(needed, () -> {
                            most.accumulateAndGet(taken.addAndGet(needed), Math::max);
                            Thread.yield();
                            return taken.addAndGet(-needed);
                        }),
                        threads));
            }
            calls.forEach(CompletableFuture::join);
        } finally {
            threads.shutdown();
        }
        assertTrue(most.get() <= 10, "taken at once: " + most);
        assertEquals(0, taken.get());
    }

    @Test
    void whoNeedsMoreThanThereIsWaitsForAllOthersAlone() throws InterruptedException {
        WorkingMemory memory = new WorkingMemory(10);
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        CompletableFuture<Boolean> small = CompletableFuture.supplyAsync(() -> memory.within(1, () -> {
            within.countDown();
            boolean waited = waited(leave);
            left.set(true);
            return waited;
        }));
        assertTrue(within.await(20, TimeUnit.SECONDS));
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> large = CompletableFuture.supplyAsync(() -> {
            begun.countDown();
            return memory.within(11, left::get);
        });
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        leave.countDown();
        assertTrue(small.join());
        assertTrue(large.join(), "it did not wait");
        assertEquals("alone", memory.within(1_000, () -> "alone"));
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
