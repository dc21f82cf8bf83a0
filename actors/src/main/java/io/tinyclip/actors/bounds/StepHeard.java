package io.tinyclip.actors.bounds;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.plan.Cursor;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stands before a worker or a server, and tells at which step they are: for whoever writes down where this machine stands.
 * It hears whatever is said, also what is refused then, so nothing may depend on it.
 *
 * @param <T> what the actor is told
 */
public final class StepHeard<T> extends BehaviorInterceptor<T, T> {
    private final Function<T, Optional<Cursor>> step;
    private final Consumer<Cursor> told;

    private StepHeard(Class<T> messages, Function<T, Optional<Cursor>> step, Consumer<Cursor> told) {
        super(messages);
        this.step = step;
        this.told = told;
    }

    /**
     * Puts one before an actor.
     *
     * @param step that a message begins, if it does
     * @param told before the actor hears of it; must not block
     */
    public static <T> Behavior<T> before(
            Behavior<T> actor, Class<T> messages, Function<T, Optional<Cursor>> step, Consumer<Cursor> told) {
        return Behaviors.intercept(() -> new StepHeard<>(messages, step, told), actor);
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
        step.apply(message).ifPresent(told);
        return target.apply(context, message);
    }
}
