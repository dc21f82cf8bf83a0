package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.SessionWatch;
import io.tinyclip.actors.tls.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The sessions that machines hold with the leader's: what ends when one of them dies, before anybody misses its heartbeats. Used
 * by the registrar alone.
 */
public final class SessionDesk {
    private final ActorSystem<?> system;
    private final DataPlane plane;
    private final BiConsumer<ActorRef<Answer>, Set<Role>> held;
    private final Consumer<ActorRef<Answer>> ended;
    private final Map<ActorRef<Answer>, Handle> offered = new HashMap<>();

    /** @param held, ended hear of machines' sessions; on any thread */
    public SessionDesk(
            ActorSystem<?> system,
            DataPlane plane,
            BiConsumer<ActorRef<Answer>, Set<Role>> held,
            Consumer<ActorRef<Answer>> ended) {
        this.system = system;
        this.plane = plane;
        this.held = held;
        this.ended = ended;
    }

    /** The session of a machine, the same each time. Who does not know its key can't end it by holding it. */
    public Handle of(ActorRef<Answer> agent) {
        return offered.computeIfAbsent(agent, it -> plane.offerSession(SessionKey.fresh(system, it), watch(it)));
    }

    private SessionWatch watch(ActorRef<Answer> agent) {
        return new SessionWatch() {
            @Override
            public void held(Set<Role> roles) {
                held.accept(agent, roles);
            }

            @Override
            public void ended() {
                ended.accept(agent);
            }
        };
    }

    public void forget(ActorRef<Answer> agent) {
        Handle session = offered.remove(agent);
        if (session != null) {
            plane.withdrawSession(session);
        }
    }
}
