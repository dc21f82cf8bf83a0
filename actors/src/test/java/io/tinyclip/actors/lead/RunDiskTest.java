package io.tinyclip.actors.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunDiskTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int PATIENCE = 60;
    private static final long BYTES_A_SECOND = 4 << 20;

    private final AtomicInteger frozen = new AtomicInteger();
    private final RunDisk disk = new RunDisk(Duration.ofSeconds(PATIENCE), frozen::incrementAndGet);
    private long now = 17;

    @Test
    void whatTakesLongerThanItsBytesOnASlowDiskDoesNotGetOn() {
        disk.doing("writing", 100 * BYTES_A_SECOND, () -> {
            look(PATIENCE + 99);
            assertEquals(0, frozen.get());
            look(1);
            assertEquals(1, frozen.get());
            return look(1);
        });
        assertEquals(3, frozen.get(), "at each look");
        look(10 * PATIENCE);
        assertEquals(3, frozen.get(), "it has returned");
    }

    @Test
    void manyThingsOneAfterAnotherGetOn() {
        for (int piece = 0; piece < 100; piece++) {
            disk.doing("writing", 0, () -> look(PATIENCE - 1));
        }
        assertEquals(0, frozen.get());
    }

    @Test
    void aProcessThatSleptGivesItsDiskTimeToReturn() {
        disk.doing("writing", 0, () -> {
            look(1);
            now += 1000 * PATIENCE * SECOND;
            return look(0);
        });
        assertEquals(0, frozen.get());
    }

    /** At once and after each second. */
    private int look(int seconds) {
        for (int i = 0; i <= seconds; i++) {
            disk.look(now);
            now += i < seconds ? SECOND : 0;
        }
        return seconds;
    }
}
