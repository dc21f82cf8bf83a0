package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.ActorContext;
import io.tinyclip.actors.gate.SessionKey;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
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
    private final ActorSystem<?> system;
    private final ActorRef<AgentCommand> agent;
    private final ActorRef<Answer> ear;
    private Optional<Held> held = Optional.empty();

    /**
     * Holds none yet.
     *
     * @param agent hears of each session's end
     * @param ear by which it hears of registrars
     */
    HeldSession(DataPlane plane, ActorContext<AgentCommand> agent, ActorRef<Answer> ear) {
        this.plane = plane;
        this.system = agent.getSystem();
        this.agent = agent.getSelf();
        this.ear = ear;
    }

    /** Whether it was offered to this machine: what was offered to another proves nothing of whoever passes it on. */
    boolean isFor(Handle offer) {
        return SessionKey.isFor(system, ear, offer);
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
