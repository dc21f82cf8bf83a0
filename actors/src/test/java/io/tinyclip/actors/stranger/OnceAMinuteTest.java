package io.tinyclip.actors.stranger;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OnceAMinuteTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void complainsAboutAMachineOnceAMinute() {
        OnceAMinute complaints = new OnceAMinute(3, now::get);
        assertTrue(complaints.isDue("a"));
        assertFalse(complaints.isDue("a"));
        assertTrue(complaints.isDue("b"));
        now.set(Duration.ofSeconds(59).toNanos());
        assertFalse(complaints.isDue("a"));
        now.set(Duration.ofSeconds(60).toNanos());
        assertTrue(complaints.isDue("a"));
    }

    @Test
    void moreMachinesThanAreRememberedAreNotSaid() {
        OnceAMinute complaints = new OnceAMinute(2, now::get);
        assertTrue(complaints.isDue("a"));
        now.set(Duration.ofSeconds(30).toNanos());
        assertTrue(complaints.isDue("b"));
        assertFalse(complaints.isDue("c"));
        now.set(Duration.ofSeconds(60).toNanos());
        assertTrue(complaints.isDue("c"));
        assertFalse(complaints.isDue("a"));
        assertFalse(complaints.isDue("b"));
    }
}
