package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
import java.util.function.Function;

/**
 * By which a machine's agent hears whoever leads. The agent's own path is part of its worker's and its server's, which all members are
 * told; the ear's name is told to registrars alone. So what comes straight to the agent is refused, whoever sent it.
 */
public final class Ear extends BehaviorInterceptor<AgentCommand, AgentCommand> {
    private record Heard(Answer answer) implements AgentCommand.Local {}

    private final Rejections rejections = new Rejections(System::nanoTime);

    private Ear() {
        super(AgentCommand.class);
    }

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
            return Behaviors.intercept(Ear::new, agent.apply(ear));
        });
    }

    @Override
    public Behavior<AgentCommand> aroundReceive(
            TypedActorContext<AgentCommand> context,
            AgentCommand message,
            BehaviorInterceptor.ReceiveTarget<AgentCommand> agent) {
        if (message instanceof Heard heard) {
            return agent.apply(context, heard.answer);
        }
        if (message instanceof AgentCommand.Local) {
            return agent.apply(context, message);
        }
        rejections.add("whoever says " + message.getClass().getSimpleName() + " to the agent itself", message);
        return Behaviors.same();
    }
}
