package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.lead.Ordered;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * By which one member reaches the coordinator of one term. Its name is the member's token: who has it was told it when it was taken in.
 * It lets pass what the member's roles may say, under the numbers and of the shards that the coordinator has given it.
 */
public final class Door {
    /** More than are answered for at a time; what is late is nothing. */
    private static final int MOST_ORDERED = 512;

    private final ActorRef<CoordinatorCommand> coordinator;
    private final Rejections rejections;
    private final Set<Ordered> ordered = new LinkedHashSet<>();
    private Optional<Owner> owner = Optional.empty();

    private Door(ActorRef<CoordinatorCommand> coordinator, Rejections rejections) {
        this.coordinator = coordinator;
        this.rejections = rejections;
    }

    /**
     * Whose door it is.
     *
     * @param server which it may speak of as itself
     */
    public record Owner(Set<MemberRole> roles, String address, Optional<ActorRef<ServerCommand>> server) {}

    /** From the registrar: its member is admitted, as it is now. */
    record Owned(Owner owner) implements CoordinatorCommand.Local {}

    /** Nothing passes before it is {@link Owned}. */
    static Behavior<CoordinatorCommand> closed(ActorRef<CoordinatorCommand> coordinator, Rejections rejections) {
        return Behaviors.receiveMessage(new Door(coordinator, rejections)::onMessage);
    }

    private Behavior<CoordinatorCommand> onMessage(CoordinatorCommand command) {
        if (command instanceof Owned it) {
            owner = Optional.of(it.owner);
        } else if (command instanceof Ordered it) {
            note(it);
        } else if (owner.filter(it -> maySay(it, command)).isPresent()) {
            coordinator.tell(new Entrance.Admitted(command));
        } else {
            rejections.add(owner.map(Owner::address).orElse("who is not admitted"), command);
        }
        return Behaviors.same();
    }

    private void note(Ordered order) {
        ordered.remove(order);
        ordered.add(order);
        if (ordered.size() > MOST_ORDERED) {
            ordered.remove(ordered.iterator().next());
        }
    }

    private boolean maySay(Owner member, CoordinatorCommand command) {
        return command instanceof Refused
                || (member.roles.contains(MemberRole.WORKER) && maySayAsWorker(command))
                || (member.roles.contains(MemberRole.SERVER) && maySayAsServer(member, command));
    }

    private boolean maySayAsWorker(CoordinatorCommand command) {
        if (command instanceof CoordinatorCommand.WorkerHere it) {
            return isNumber(it.worker());
        } else if (command instanceof CoordinatorCommand.PartitionReached it) {
            return isNumber(it.worker());
        } else if (command instanceof CoordinatorCommand.PartitionDone it) {
            return isNumber(it.worker());
        } else if (command instanceof CoordinatorCommand.QuestionAnswered it) {
            return isNumber(it.answer().worker());
        } else if (command instanceof CoordinatorCommand.PartEmbedded it) {
            return isNumber(it.worker());
        } else {
            return command instanceof CoordinatorCommand.PartRefused it && isNumber(it.worker());
        }
    }

    private boolean isNumber(int worker) {
        return ordered.contains(new Ordered.Number(worker));
    }

    private boolean maySayAsServer(Owner member, CoordinatorCommand command) {
        if (command instanceof CoordinatorCommand.ShardReady it) {
            return has(it.stamp().epoch(), it.shard(), Ordered.Part.HOLDS);
        } else if (command instanceof CoordinatorCommand.Reduced it) {
            return has(it.stamp().epoch(), it.shard(), Ordered.Part.HOLDS);
        } else if (command instanceof CoordinatorCommand.CopyFilled it) {
            return has(it.stamp().epoch(), it.shard(), Ordered.Part.KEEPS_A_COPY);
        } else if (command instanceof CoordinatorCommand.CopyReady it) {
            return has(it.stamp().epoch(), it.shard(), Ordered.Part.KEEPS_A_COPY);
        } else if (command instanceof CoordinatorCommand.CopyGone it) {
            return has(it.stamp().epoch(), it.shard(), Ordered.Part.KEEPS_A_COPY);
        } else if (command instanceof CoordinatorCommand.CutDecided it) {
            return ordered.contains(new Ordered.Cut(it.stamp().epoch()));
        } else if (command instanceof CoordinatorCommand.Holds it) {
            return member.server.equals(Optional.of(it.server()));
        } else {
            return command instanceof CoordinatorCommand.Disputed;
        }
    }

    private boolean has(long epoch, int shard, Ordered.Part part) {
        return ordered.contains(new Ordered.Shard(epoch, shard, part));
    }
}
