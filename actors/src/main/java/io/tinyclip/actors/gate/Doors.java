package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.numeric.NumericClass;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The members' doors to the coordinator, and what the registrar says to it in their place. Used by the registrar alone. */
public final class Doors {
    private record Opened(Door.Owner owner, ActorRef<CoordinatorCommand> door) {}

    private final ActorContext<?> registrar;
    private final ActorRef<CoordinatorCommand> coordinator;
    private final Rejections rejections;
    private final Map<ActorRef<Answer>, Opened> opened = new HashMap<>();

    public Doors(ActorContext<?> registrar, ActorRef<CoordinatorCommand> coordinator, Rejections rejections) {
        this.registrar = registrar;
        this.coordinator = coordinator;
        this.rejections = rejections;
    }

    /** A member's worker and server take part: the coordinator tells them of their door, and of nothing else. */
    public void joined(RegistrarCommand.Ready ready, Set<MemberRole> roles, String address) {
        Door.Owner owner = new Door.Owner(roles, address, ready.server());
        String numerics =
                ready.proof().numerics().map(NumericClass::fingerprint).orElse("");
        ActorRef<CoordinatorCommand> door = of(ready.agent(), owner);
        ready.worker().ifPresent(worker -> {
            coordinator.tell(new Coordinator.Opened(worker, door));
            coordinator.tell(new Entrance.Admitted(new CoordinatorCommand.WorkerJoined(worker, numerics)));
        });
        ready.server().ifPresent(server -> {
            coordinator.tell(new Coordinator.Opened(server, door));
            coordinator.tell(new Entrance.Admitted(new CoordinatorCommand.ServerJoined(server)));
        });
    }

    /** The same each time, unless its server is another. */
    private ActorRef<CoordinatorCommand> of(ActorRef<Answer> agent, Door.Owner owner) {
        Opened before = opened.get(agent);
        if (before != null && before.owner.equals(owner)) {
            return before.door;
        }
        close(agent);
        ActorRef<CoordinatorCommand> door =
                registrar.spawn(Door.of(owner, coordinator, rejections), "door-" + Token.fresh());
        opened.put(agent, new Opened(owner, door));
        return door;
    }

    /** It may say nothing any more. */
    public void close(ActorRef<Answer> agent) {
        Opened closed = opened.remove(agent);
        if (closed != null) {
            registrar.stop(closed.door);
        }
    }
}
