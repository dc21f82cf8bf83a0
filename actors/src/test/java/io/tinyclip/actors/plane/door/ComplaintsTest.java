package io.tinyclip.actors.plane.door;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ComplaintsTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void complainsAboutAMachineOnceAMinute() {
        Complaints complaints = new Complaints(LoggerFactory.getLogger(ComplaintsTest.class), "port", now::get);
        assertTrue(complaints.due("a"));
        assertFalse(complaints.due("a"));
        assertTrue(complaints.due("b"));
        now.set(Duration.ofSeconds(59).toNanos());
        assertFalse(complaints.due("a"));
        now.set(Duration.ofSeconds(60).toNanos());
        assertTrue(complaints.due("a"));
    }
}
