package io.tinyclip.actors.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.message.TimeSpent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepClockTest {
    private long now;

    @Test
    void countsEachMomentOnceAsComputingOrAsWhatIsAwaited() {
        StepClock clock = new StepClock(() -> now);
        now = 1;
        clock.awaits(StepClock.Awaited.WEIGHTS);
        now = 11;
        clock.awaits(StepClock.Awaited.FEATURES);
        clock.measured(Runnable::run).execute(() -> now = 111);
        now = 131;
        clock.partitionDone();
        now = 134;
        assertEquals(new TimeSpent(100, 10, 20, 4), clock.spent());
        assertEquals(134, clock.spent().total());
        assertEquals(1, clock.partitions());
    }

    @Test
    void computingOnTwoThreadsCountsOnce() {
        StepClock clock = new StepClock(() -> now);
        List<Runnable> queued = new ArrayList<>();
        clock.measured(queued::add).execute(() -> {
            now = 5;
            clock.measured(Runnable::run).execute(() -> now = 15);
            now = 20;
        });
        queued.forEach(Runnable::run);
        assertEquals(new TimeSpent(20, 0, 0, 0), clock.spent());
    }

    @Test
    void goesOnCountingWhenATaskFails() {
        StepClock clock = new StepClock(() -> now);
        try {
            clock.measured(Runnable::run).execute(() -> {
                now = 5;
                throw new IllegalStateException("on purpose");
            });
        } catch (IllegalStateException expected) {
            now = 7;
        }
        assertEquals(new TimeSpent(5, 0, 0, 2), clock.spent());
    }
}
