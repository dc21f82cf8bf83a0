package io.tinyclip.cluster.chaos.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerdictTest {
    private static final List<Fault> TWO = List.of(fault(1, Kind.KILL), fault(2, Kind.FREEZE));
    private static final Verdict.Faults BOTH = new Verdict.Faults(TWO, 2, "");
    private static final Verdict.Ending GOOD = new Verdict.Ending(true, 9, "aa");

    @Test
    void passesWhereAllHappenedAndTheDigestIsTheSame() {
        assertTrue(Verdict.of(BOTH, GOOD, "aa").passed());
    }

    @Test
    void anotherDigestFails() {
        assertEquals(
                List.of("the digest is aa and must be bb"),
                Verdict.of(BOTH, GOOD, "bb").offences());
    }

    @Test
    void aRunThatDidNotFinishFails() {
        Verdict verdict = Verdict.of(BOTH, new Verdict.Ending(false, 9, "aa"), "aa");
        assertEquals(List.of("the run came to step 9 and did not finish"), verdict.offences());
        assertFalse(verdict.passed());
    }

    @Test
    void everyFaultThatDidNotHappenIsNamedAndTheFirstWithItsReason() {
        Verdict verdict = Verdict.of(new Verdict.Faults(TWO, 0, "the run was over"), GOOD, "aa");
        assertEquals(
                List.of(
                        "fault 1, kill worker, did not happen: the run was over",
                        "fault 2, freeze worker for 2 s, did not happen"),
                verdict.offences());
    }

    @Test
    void theTallyCountsEachKindAndRole() {
        Tally tally = Tally.of(List.of(
                Card.of(Kind.KILL, Role.WORKER),
                Card.of(Kind.KILL, Role.WORKER),
                new Card(Kind.HALT, Role.LEADER, "commit-send:before")));
        assertEquals(2, tally.count(Kind.KILL, Role.WORKER));
        assertEquals(0, tally.count(Kind.KILL, Role.LEADER));
        assertEquals(
                List.of("kill 2", "halt 1"),
                tally.table().stream()
                        .skip(1)
                        .map(line -> line.replaceAll("\\s+", " "))
                        .toList());
    }

    private static Fault fault(int number, Kind kind) {
        return new Fault(
                number,
                Card.of(kind, Role.WORKER),
                new Fault.AfterSteps(1),
                kind.lasts() ? Duration.ofSeconds(2) : Duration.ZERO,
                0);
    }
}
