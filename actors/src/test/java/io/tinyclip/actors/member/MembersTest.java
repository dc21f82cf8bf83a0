package io.tinyclip.actors.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus.State;
import io.tinyclip.actors.join.MemberRole;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final String PLACE = "10.0.0.7:25520";

    private final Members members = new Members();
    private final ActorRef<Answer> agent = TestInbox.<Answer>create().getRef();

    /** Before, a run may not be handed over to it, nor its questions be answered. */
    @Test
    void aCandidateStandsByFromWhenItHasShownThatItMayLead() {
        members.put(agent, Members.Seat.offered(Set.of(MemberRole.CORE), PLACE));
        assertEquals(State.PREPARING, state());
        assertFalse(members.isCandidate(PLACE));
        members.change(agent, Members.Seat::asProven);
        assertEquals(State.STANDING_BY, state());
        assertTrue(members.isCandidate(PLACE));
        assertFalse(members.isCandidate("10.0.0.8:25520"));
    }

    @Test
    void aMachineThatOnlyComputesIsNoCandidate() {
        members.put(agent, Members.Seat.offered(Set.of(MemberRole.WORKER, MemberRole.SERVER), PLACE));
        members.change(agent, Members.Seat::asProven);
        assertEquals(State.PREPARING, state());
        assertFalse(members.isCandidate(PLACE));
    }

    private State state() {
        return members.find(agent).orElseThrow().state();
    }
}
