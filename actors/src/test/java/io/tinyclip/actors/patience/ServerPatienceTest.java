package io.tinyclip.actors.patience;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.patience.ServerPatience.Wait;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerPatienceTest {
    private static final long LIMIT = 100;
    private static final long LOOK = 10;

    private final ServerPatience patience = new ServerPatience();
    private long now;

    @Test
    void whoDoesNotWhatAnotherDidHangsAfterTheLimit() {
        assertEquals(LIMIT, hangsAfter(wait("commit", List.of(4, 7), List.of(7), false)));
    }

    @Test
    void aWrongVerdictComesTwiceAsLateTheNextTimeUntilAStepIsCommitted() {
        hangsAfter(wait("one", List.of(4, 7), List.of(7), false));
        assertEquals(2 * LIMIT, hangsAfter(wait("two", List.of(4, 7), List.of(7), false)));
        assertEquals(4 * LIMIT, hangsAfter(wait("three", List.of(4, 7), List.of(7), false)));
        patience.committed();
        assertEquals(LIMIT, hangsAfter(wait("four", List.of(4, 7), List.of(7), false)));
    }

    @Test
    void whatAllOfThemWaitForIsTheFaultOfNone() {
        assertEquals(Long.MAX_VALUE, hangsAfter(wait("commit", List.of(4, 7), List.of(4, 7), false)));
        assertEquals(Long.MAX_VALUE, hangsAfter(wait("commit", List.of(4, 7), List.of(), false)));
    }

    @Test
    void aLoneOneHangsLaterAndNeverWhileItMayWaitForBytes() {
        assertEquals(4 * LIMIT, hangsAfter(wait("commit", List.of(4), List.of(4), false)));
        assertEquals(Long.MAX_VALUE, hangsAfter(wait("load", List.of(4), List.of(4), true)));
    }

    @Test
    void eachAnswerBeginsTheWaitAnew() {
        assertEquals(List.of(), look(wait("load", List.of(1, 2, 3), List.of(2, 3), true), LIMIT - LOOK));
        assertEquals(LIMIT, hangsAfter(wait("load", List.of(1, 2, 3), List.of(3), true)));
    }

    /** What was answered while it slept is unread. */
    @Test
    void whoSleptTakesNobodyForHungAtOnce() {
        Wait wait = wait("commit", List.of(4, 7), List.of(7), false);
        patience.hung(wait, now);
        now += 1000 * LIMIT;
        assertEquals(List.of(), patience.hung(wait, now));
    }

    /** @return how long it takes until somebody is taken for hung */
    private long hangsAfter(Wait wait) {
        long began = now;
        patience.hung(wait, now);
        while (now - began < 100 * LIMIT) {
            now += LOOK;
            if (!patience.hung(wait, now).isEmpty()) {
                return now - began;
            }
        }
        return Long.MAX_VALUE;
    }

    private List<Integer> look(Wait wait, long nanos) {
        long until = now + nanos;
        List<Integer> hung = patience.hung(wait, now);
        while (now < until && hung.isEmpty()) {
            now += LOOK;
            hung = patience.hung(wait, now);
        }
        return hung;
    }

    private static Wait wait(String what, List<Integer> servers, List<Integer> missing, boolean bytes) {
        return new Wait(what, servers, missing, LIMIT, bytes);
    }
}
