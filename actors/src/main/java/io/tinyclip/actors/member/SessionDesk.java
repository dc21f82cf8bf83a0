package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Handle;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The sessions that machines hold with the leader's: what ends when one of them dies, before anybody misses its heartbeats. Used
 * by the registrar alone.
 */
final class SessionDesk {
    private final DataPlane plane;
    private final Consumer<ActorRef<Answer>> ended;
    private final Map<ActorRef<Answer>, Handle> offered = new HashMap<>();

    /** @param ended hears of machines whose session has ended; on any thread */
    SessionDesk(DataPlane plane, Consumer<ActorRef<Answer>> ended) {
        this.plane = plane;
        this.ended = ended;
    }

    /** The session of a machine, the same each time. Who does not know its key can't end it by holding it. */
    Handle of(ActorRef<Answer> agent) {
        return offered.computeIfAbsent(
                agent, it -> plane.offerSession("session/" + UUID.randomUUID(), () -> ended.accept(it)));
    }

    void forget(ActorRef<Answer> agent) {
        Handle session = offered.remove(agent);
        if (session != null) {
            plane.withdrawSession(session);
        }
    }
}
