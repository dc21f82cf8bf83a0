package io.tinyclip.cluster.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestartsTest {
    private final Restarts restarts = new Restarts();

    @Test
    void comeLaterEachTimeAndEndAfterFive() {
        List<Optional<Duration>> waits = new ArrayList<>();
        for (int i = 0; i <= Restarts.MOST; i++) {
            waits.add(restarts.next(i));
        }
        assertEquals(List.of(seconds(1), seconds(2), seconds(4), seconds(8), seconds(16), Optional.empty()), waits);
    }

    @Test
    void whatLiesBackOverAnHourIsForgotten() {
        for (int i = 0; i < Restarts.MOST; i++) {
            restarts.next(Duration.ofMinutes(i).toNanos());
        }
        assertEquals(Optional.empty(), restarts.next(Duration.ofMinutes(60).toNanos()));
        assertEquals(seconds(16), restarts.next(Duration.ofMinutes(60).toNanos() + 1));
    }

    private static Optional<Duration> seconds(int seconds) {
        return Optional.of(Duration.ofSeconds(seconds));
    }
}
