package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.numeric.NumericClass;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The members' doors to the coordinator, and what the registrar says to it in their place. Used by the registrar alone. */
public final class Doors {
    private final ActorContext<?> registrar;
    private final ActorRef<CoordinatorCommand> coordinator;
    private final Rejections rejections;
    private final Map<ActorRef<Answer>, ActorRef<CoordinatorCommand>> doors = new HashMap<>();

    public Doors(ActorContext<?> registrar, ActorRef<CoordinatorCommand> coordinator, Rejections rejections) {
        this.registrar = registrar;
        this.coordinator = coordinator;
        this.rejections = rejections;
    }

    /** The door of a machine, the same each time: it knows its leader's orders by it, and may answer once it has joined. */
    public ActorRef<CoordinatorCommand> of(ActorRef<Answer> agent) {
        return doors.computeIfAbsent(
                agent, it -> registrar.spawn(Door.closed(coordinator, rejections), "door-" + Token.fresh()));
    }

    /** A member's worker and server take part: the coordinator tells them of their door, and of nothing else. */
    public void joined(RegistrarCommand.Ready ready, Set<MemberRole> roles, String address) {
        String numerics =
                ready.proof().numerics().map(NumericClass::fingerprint).orElse("");
        ActorRef<CoordinatorCommand> door = of(ready.agent());
        door.tell(new Door.Owned(new Door.Owner(roles, address, ready.server())));
        ready.worker().ifPresent(worker -> {
            coordinator.tell(new Coordinator.Opened(worker, door));
            coordinator.tell(new Entrance.Admitted(new CoordinatorCommand.WorkerJoined(worker, numerics)));
        });
        ready.server().ifPresent(server -> {
            coordinator.tell(new Coordinator.Opened(server, door));
            coordinator.tell(new Entrance.Admitted(new CoordinatorCommand.ServerJoined(server)));
        });
    }

    /** It may say nothing any more. */
    public void close(ActorRef<Answer> agent) {
        ActorRef<CoordinatorCommand> closed = doors.remove(agent);
        if (closed != null) {
            registrar.stop(closed);
        }
    }
}
