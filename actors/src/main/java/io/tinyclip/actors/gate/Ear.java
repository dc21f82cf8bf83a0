package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.stranger.Token;
import java.util.function.Function;

/**
 * By which a machine's agent hears whoever leads. The agent's own path is part of its worker's and its server's, which all members are
 * told; the ear's name is told to registrars alone. So what comes straight to the agent is refused, whoever sent it.
 */
public final class Ear {
    private static final FromInside.Rule<AgentCommand> RULE = new FromInside.Rule<>(
            AgentCommand.class,
            AgentCommand.Local.class,
            said -> said instanceof Heard heard ? heard.answer : said,
            "the agent itself");

    private Ear() {}

    private record Heard(Answer answer) implements AgentCommand.Local {}

    /** @param agent gets its ear, to be told to registrars */
    public static Behavior<AgentCommand> before(Function<ActorRef<Answer>, Behavior<AgentCommand>> agent) {
        return Behaviors.setup(context -> {
            ActorRef<AgentCommand> self = context.getSelf();
            ActorRef<Answer> ear = context.spawn(
                    Behaviors.<Answer>receiveMessage(answer -> {
                        self.tell(new Heard(answer));
                        return Behaviors.same();
                    }),
                    "ear-" + Token.fresh());
            return FromInside.alone(agent.apply(ear), RULE, new Rejections(System::nanoTime));
        });
    }
}
