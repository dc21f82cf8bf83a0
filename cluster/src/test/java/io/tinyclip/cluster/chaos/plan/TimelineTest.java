package io.tinyclip.cluster.chaos.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineTest {
    private final Timeline timeline = new Timeline();

    @Test
    void aPauseBeginsWithTheFaultOrWithACommitAfterIt() {
        timeline.seen(1000, 1);
        timeline.seen(2000, 2);
        timeline.seen(2500, 3);
        timeline.seen(9500, 4);
        timeline.seen(10_000, 5);
        assertEquals(800, timeline.longestPauseMillis(1200, 2200));
        assertEquals(7000, timeline.longestPauseMillis(1200, 9600));
        assertEquals(5500, timeline.longestPauseMillis(4000, 9900));
    }

    @Test
    void aRunThatNeverCommitsAgainPausesToItsEnd() {
        timeline.seen(1000, 1);
        assertEquals(58_500, timeline.longestPauseMillis(1500, 60_000));
    }

    @Test
    void stepsAreRedoneOnceTheRunHasGoneBack() {
        timeline.seen(1000, 10);
        timeline.seen(2000, 7);
        timeline.seen(3000, 9);
        timeline.seen(4000, 12);
        assertEquals(3, timeline.redone(1500, 4000));
        assertEquals(2, timeline.redone(1500, 3500));
        assertEquals(0, timeline.redone(0, 1500));
        assertEquals(12, timeline.steps());
        assertEquals(15, timeline.commits());
    }

    @Test
    void aFaultIsFollowedUntilTheNextOneComes() {
        seenUntilNine();
        assertEquals(List.of(3000L, 3000L), pauses(new Fault.AfterSteps(2)));
    }

    @Test
    void aPauseThatBothFaultsOfATrainAreInCountsForBoth() {
        seenUntilNine();
        assertEquals(List.of(3500L, 3000L), pauses(new Fault.InTrain(Duration.ofSeconds(4))));
    }

    private void seenUntilNine() {
        timeline.seen(1000, 1);
        timeline.seen(5000, 2);
        timeline.seen(5500, 3);
        timeline.seen(9000, 4);
    }

    private List<Long> pauses(Fault.Comes second) {
        List<Happened> faults = List.of(happened(1, 2000, new Fault.AfterSteps(1)), happened(2, 6000, second));
        return Aftermath.of(faults, timeline, 9000).stream()
                .map(Aftermath::pauseMillis)
                .toList();
    }

    private static Happened happened(int number, long millis, Fault.Comes comes) {
        Fault fault = new Fault(number, Card.of(Kind.KILL, Role.WORKER), comes, Duration.ZERO, 0);
        return new Happened(fault, "worker-1", number, millis);
    }
}
