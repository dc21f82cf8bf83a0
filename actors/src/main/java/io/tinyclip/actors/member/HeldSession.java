package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Session;
import java.util.Optional;

/** The one session that a machine holds, with whoever leads. Used by its agent alone. */
final class HeldSession {
    /** From this machine: a session has ended, given up or not. */
    record Ended(Session session) implements AgentCommand.Local {}

    /** From this machine: a session is held, with a machine that may lead. */
    record Begun() implements AgentCommand.Local {}

    private record Held(Handle offer, Session session) {}

    private final DataPlane plane;
    private final ActorRef<AgentCommand> agent;
    private Optional<Held> held = Optional.empty();

    /** @param agent hears of each session's end */
    HeldSession(DataPlane plane, ActorRef<AgentCommand> agent) {
        this.plane = plane;
        this.agent = agent;
    }

    /** Holds this one from now on, and no other. */
    void hold(Handle offer) {
        if (held.filter(it -> it.offer.equals(offer)).isPresent()) {
            return;
        }
        giveUp();
        Session session = plane.hold(offer);
        held = Optional.of(new Held(offer, session));
        session.begun().thenRun(() -> agent.tell(new Begun()));
        session.ended().thenRun(() -> agent.tell(new Ended(session)));
    }

    /** Whether it is held, and whoever leads has shown that it may. */
    boolean isProven() {
        return held.filter(it -> it.session.begun().toCompletableFuture().isDone())
                .isPresent();
    }

    /** @return whether it was the one that is held: whoever leads is dead, or takes this machine for dead */
    boolean isLost(Ended ended) {
        boolean own = held.filter(it -> it.session.equals(ended.session)).isPresent();
        held = own ? Optional.empty() : held;
        return own;
    }

    void giveUp() {
        Optional<Held> before = held;
        held = Optional.empty();
        before.ifPresent(it -> it.session.end());
    }
}
