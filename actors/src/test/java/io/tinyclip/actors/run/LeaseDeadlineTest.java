package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static io.tinyclip.actors.run.RunStateTest.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that are late. */
class LeaseDeadlineTest {
    private static final long SECOND = 1_000_000_000L;

    /** Ten times the least: nothing is known of the first step. */
    private static final long FIRST_DEADLINE = 100 * SECOND;

    private final RunState run = started(policy(true), new Cursor(0, Phase.INHERIT, 0), 2, 1);

    @Test
    void leasesAgainWhatAllOthersWaitFor() {
        reachedAll(0, 0, 4);
        assertEquals(List.of(), run.at(FIRST_DEADLINE - 1).tick());
        RunEffect.SendStep step =
                only(RunEffect.SendStep.class, run.at(FIRST_DEADLINE).tick());
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(0, 4, 8)), step.leases());
        assertEquals(List.of(1), step.idle(), "it is asked whether it is there");
    }

    @Test
    void waitsForWhoeverStillReceivesAsTheOthersWouldHaveToFetchItToo() {
        reachedAll(0, 0, 4);
        long now = FIRST_DEADLINE;
        for (int deadline = 0; deadline < 10; deadline++) {
            run.at(now - 1).heard(stamp(0), 1, true);
            assertEquals(List.of(), run.at(now).tick(), "deadline " + deadline);
            now += FIRST_DEADLINE;
        }
        run.at(now - 1).heard(stamp(0), 1, true);
        RunEffect.SendStep step = only(RunEffect.SendStep.class, run.at(now).tick());
        assertEquals(List.of(1), step.idle(), "bytes that come so slowly are of no use");
    }

    @Test
    void aWorkerWhoseBytesHaveStoppedIsLateAtTheNextDeadline() {
        reachedAll(0, 0, 4);
        run.at(5).heard(stamp(0), 1, true);
        assertEquals(List.of(), run.at(FIRST_DEADLINE).tick());
        RunEffect.SendStep step =
                only(RunEffect.SendStep.class, run.at(2 * FIRST_DEADLINE).tick());
        assertEquals(List.of(1), step.idle());
    }

    @Test
    void whoReceivesMakesNobodyLateWhoIsAsFar() {
        run.at(5).heard(stamp(0), 0, false);
        run.heard(stamp(0), 1, true);
        assertEquals(List.of(), run.at(FIRST_DEADLINE).tick());
    }

    @Test
    void takesNothingFromWorkersThatAreAllSlow() {
        run.at(5).heard(stamp(0), 0, false);
        run.heard(stamp(0), 1, false);
        run.reached(stamp(0), 0, 0, Reached.FEATURES);
        run.reached(stamp(0), 1, 4, Reached.FEATURES);
        assertEquals(List.of(), run.at(FIRST_DEADLINE).tick());
    }

    @Test
    void saysWhomItWaitsForWhereNobodyGetsOn() {
        run.at(5).heard(stamp(0), 0, false);
        run.heard(stamp(0), 1, false);
        String line = only(RunEffect.Say.class, run.at(FIRST_DEADLINE).tick()).line();
        assertTrue(line.contains("[worker 0, worker 1]") && line.contains("100.0 s"), line);
        run.at(FIRST_DEADLINE + 5).heard(stamp(0), 0, false);
        run.heard(stamp(0), 1, false);
        assertEquals(List.of(), run.at(3 * FIRST_DEADLINE - 1).tick(), "twice as long");
        only(RunEffect.Say.class, run.at(3 * FIRST_DEADLINE).tick());
    }

    @Test
    void takesLeasesFromWhoAnswersNothingWhereAllAreBehind() {
        run.at(5).heard(stamp(0), 0, false);
        RunEffect.SendStep step =
                only(RunEffect.SendStep.class, run.at(FIRST_DEADLINE).tick());
        assertEquals(
                Set.of(0), Set.copyOf(step.leases().stream().map(Lease::worker).toList()));
    }

    /** Simulation seed 1083: two workers whose tensor work hung had the same partition in turn, 425 times. */
    @Test
    void twoThatHangDoNotTakeOverFromEachOtherBesideOneThatWasLateOnce() {
        Workers members = new Workers();
        for (int worker = 0; worker < 3; worker++) {
            members.joined(worker, new Workers.Identity("worker " + worker, ""), 0);
            members.heard(worker, 60);
        }
        members.late(0, 50);
        members.late(1, 50);
        assertEquals(List.of(2), members.others(Set.of(1), 50));
        members.late(2, 50);
        assertEquals(List.of(0, 1), members.others(Set.of(2), 50));
        members.late(1, 50);
        assertEquals(List.of(0), members.others(Set.of(2), 50), "it was late once, the other one twice");
    }

    @Test
    void aWorkerThatAnswersNothingGetsNoLeasesUntilItIsHeardOf() {
        Workers members = members();
        members.late(1, 50);
        members.stepCommitted(Set.of(0));
        assertEquals(List.of(0), members.eligible());
        members.heard(1, 60);
        assertEquals(List.of(0, 1), members.eligible());
    }

    @Test
    void aWorkerThatIsLateAgainAndAgainSitsOutLongerAndLonger() {
        Workers members = members();
        for (int out = 1; out <= 8; out *= 2) {
            members.heard(1, 10);
            members.late(1, 5);
            for (int step = 0; step < out; step++) {
                assertEquals(List.of(0), members.eligible(), "step " + step + " of " + out);
                members.stepCommitted(Set.of(0));
            }
            assertEquals(List.of(0, 1), members.eligible());
        }
        members.stepCommitted(Set.of(0, 1));
        members.late(1, 5);
        members.stepCommitted(Set.of(0));
        assertEquals(List.of(0, 1), members.eligible(), "once in time, it is trusted again");
    }

    @Test
    void theSlowComputeWhereNobodyElseIsLeft() {
        Workers members = members();
        members.late(0, 50);
        members.late(1, 50);
        assertEquals(List.of(0, 1), members.eligible());
    }

    @Test
    void aDeadlineFollowsTheUsualTimeOfAStep() {
        StepTimes times = new StepTimes(new RunPolicy.Deadline(3, Duration.ofNanos(10)));
        assertEquals(100, times.deadlineNanos());
        times.add(2);
        assertEquals(10, times.deadlineNanos());
        times.add(1_000);
        assertEquals(10, times.deadlineNanos(), "one slow step of two is not usual");
        times.add(20);
        assertEquals(60, times.deadlineNanos(), "one slow step is not usual");
    }

    @ParameterizedTest
    @CsvSource({"1, 1s, factor", "NaN, 1s, factor", "3, 1ms, least"})
    void refusesDeadlinesThatWouldTakeLeasesFromTheQuick(String factor, String least, String named) {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> RunPolicy.Deadline.of(
                                ConfigFactory.parseString("tinyclip.actors.lease-deadline { factor = \"" + factor
                                        + "\", least = " + least + " }")))
                .getMessage();
        assertTrue(message.contains(named) && message.contains("must be at least"), message);
    }

    private static Workers members() {
        Workers members = new Workers();
        members.joined(0, new Workers.Identity("quick", ""), 0);
        members.joined(1, new Workers.Identity("slow", ""), 0);
        return members;
    }

    private void reachedAll(int worker, int from, int to) {
        assertTrue(to <= PLAN.partitions());
        for (int p = from; p < to; p++) {
            run.at(1).reached(stamp(0), worker, p, Reached.FEATURES);
        }
    }
}
