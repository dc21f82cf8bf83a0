package io.tinyclip.actors.gate;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.message.CoordinatorCommand;

/**
 * Before a coordinator that others can reach. The path of an actor is no secret, and a message does not say who sent it: so what comes
 * straight to the coordinator is refused, whoever sent it. What may be said comes from this process, where it has passed a member's
 * {@link Door}.
 */
public final class Entrance extends BehaviorInterceptor<CoordinatorCommand, CoordinatorCommand> {
    /** From this process: somebody may say this. */
    public record Admitted(CoordinatorCommand command) implements CoordinatorCommand.Local {}

    private final Rejections rejections;

    private Entrance(Rejections rejections) {
        super(CoordinatorCommand.class);
        this.rejections = rejections;
    }

    public static Behavior<CoordinatorCommand> before(Behavior<CoordinatorCommand> coordinator, Rejections rejections) {
        return Behaviors.intercept(() -> new Entrance(rejections), coordinator);
    }

    @Override
    public Behavior<CoordinatorCommand> aroundReceive(
            TypedActorContext<CoordinatorCommand> context,
            CoordinatorCommand message,
            BehaviorInterceptor.ReceiveTarget<CoordinatorCommand> coordinator) {
        if (message instanceof Admitted admitted) {
            return coordinator.apply(context, admitted.command);
        }
        if (message instanceof CoordinatorCommand.Local) {
            return coordinator.apply(context, message);
        }
        rejections.add("whoever says " + message.getClass().getSimpleName() + " to the coordinator", message);
        return Behaviors.same();
    }
}
