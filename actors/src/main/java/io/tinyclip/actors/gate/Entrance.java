package io.tinyclip.actors.gate;

import akka.actor.typed.Behavior;
import io.tinyclip.actors.message.CoordinatorCommand;

/**
 * Before a coordinator that others can reach. The path of an actor is no secret, and a message does not say who sent it: so what comes
 * straight to the coordinator is refused, whoever sent it. What may be said comes from this process, where it has passed a member's
 * {@link Door}.
 */
public final class Entrance {
    private static final FromInside.Rule<CoordinatorCommand> RULE = new FromInside.Rule<>(
            CoordinatorCommand.class,
            CoordinatorCommand.Local.class,
            said -> said instanceof Admitted admitted ? admitted.command : said,
            "the coordinator");

    private Entrance() {}

    /** From this process: somebody may say this. */
    public record Admitted(CoordinatorCommand command) implements CoordinatorCommand.Local {}

    public static Behavior<CoordinatorCommand> before(Behavior<CoordinatorCommand> coordinator, Rejections rejections) {
        return FromInside.alone(coordinator, RULE, rejections);
    }
}
