package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import java.util.Optional;
import java.util.Set;

/**
 * By which one member reaches the coordinator of one term. Its name is the member's token: who has it was told it at admission. It
 * lets pass what the member's roles may say.
 */
public final class Door {
    private static final Set<Class<?>> OF_WORKERS = Set.of(
            CoordinatorCommand.WorkerHere.class,
            CoordinatorCommand.PartitionReached.class,
            CoordinatorCommand.PartitionDone.class,
            CoordinatorCommand.QuestionAnswered.class,
            CoordinatorCommand.PartEmbedded.class,
            CoordinatorCommand.PartRefused.class);
    private static final Set<Class<?>> OF_SERVERS = Set.of(
            CoordinatorCommand.ShardReady.class,
            CoordinatorCommand.Disputed.class,
            CoordinatorCommand.Reduced.class,
            CoordinatorCommand.CutDecided.class,
            CoordinatorCommand.Holds.class,
            CoordinatorCommand.CopyFilled.class,
            CoordinatorCommand.CopyReady.class,
            CoordinatorCommand.CopyGone.class);

    private Door() {}

    /**
     * Whose door it is.
     *
     * @param server which it may speak of as itself
     */
    public record Owner(Set<MemberRole> roles, String address, Optional<ActorRef<ServerCommand>> server) {
        boolean maySay(CoordinatorCommand command) {
            if (command instanceof CoordinatorCommand.Holds holds && !server.equals(Optional.of(holds.server()))) {
                return false;
            }
            return command instanceof Refused
                    || (OF_WORKERS.contains(command.getClass()) && roles.contains(MemberRole.WORKER))
                    || (OF_SERVERS.contains(command.getClass()) && roles.contains(MemberRole.SERVER));
        }
    }

    public static Behavior<CoordinatorCommand> of(
            Owner owner, ActorRef<CoordinatorCommand> coordinator, Rejections rejections) {
        return Behaviors.receiveMessage(command -> {
            if (owner.maySay(command)) {
                coordinator.tell(new Entrance.Admitted(command));
            } else {
                rejections.add(owner.address, command);
            }
            return Behaviors.same();
        });
    }
}
