package io.tinyclip.actors.gate;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.function.UnaryOperator;

/**
 * Before an actor whose path others know. What this process says passes, and what it hands on from somebody who may say it; what comes
 * straight to the actor is refused, whoever sent it.
 *
 * @param <T> what the actor is told
 */
final class FromInside<T> extends BehaviorInterceptor<T, T> {
    private final Rule<T> rule;
    private final Rejections rejections;

    /**
     * What passes.
     *
     * @param local what this process says
     * @param opened what is handed on, of that which carries it; all else as it is
     * @param actor for people
     */
    record Rule<T>(Class<T> told, Class<? extends T> local, UnaryOperator<T> opened, String actor) {}

    private FromInside(Rule<T> rule, Rejections rejections) {
        super(rule.told);
        this.rule = rule;
        this.rejections = rejections;
    }

    static <T> Behavior<T> alone(Behavior<T> actor, Rule<T> rule, Rejections rejections) {
        return Behaviors.intercept(() -> new FromInside<>(rule, rejections), actor);
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
        if (rule.local.isInstance(message)) {
            return target.apply(context, rule.opened.apply(message));
        }
        rejections.add("whoever says " + message.getClass().getSimpleName() + " to " + rule.actor, message);
        return Behaviors.same();
    }
}
