package io.tinyclip.actors.bounds;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.message.Printable;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Stands before an actor: what is out of bounds does not reach it, is counted, and is said once a minute a source. Nobody is
 * answered, as whoever sends such a thing is no member, or computes wrongly; what members wait for they ask again.
 *
 * @param <T> what the actor is told
 */
public final class Gate<T> extends BehaviorInterceptor<T, T> {
    private final Function<T, Optional<String>> wrong;
    private final Rejections rejections;

    private Gate(Class<T> told, Function<T, Optional<String>> wrong, Rejections rejections) {
        super(told);
        this.wrong = wrong;
        this.rejections = rejections;
    }

    /**
     * Puts one before an actor.
     *
     * @param wrong what about a message is out of bounds
     */
    public static <T> Behavior<T> before(
            Behavior<T> actor, Class<T> told, Function<T, Optional<String>> wrong, Rejections rejections) {
        return Behaviors.intercept(() -> new Gate<>(told, wrong, rejections), actor);
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
        Optional<String> refusal = wrong.apply(message);
        if (refusal.isEmpty()) {
            return target.apply(context, message);
        }
        rejections.add(source(message), message.getClass().getSimpleName() + ", " + refusal.get());
        return Behaviors.same();
    }

    private static String source(Object message) {
        RecordComponent[] components =
                Optional.ofNullable(message.getClass().getRecordComponents()).orElse(new RecordComponent[0]);
        return Stream.of(components)
                .filter(component -> ActorRef.class.isAssignableFrom(component.getType()))
                .findFirst()
                .map(component -> "[" + address(message, component) + "]")
                .orElse("whoever sends " + message.getClass().getSimpleName());
    }

    private static String address(Object message, RecordComponent component) {
        try {
            ActorRef<?> actor = (ActorRef<?>) component.getAccessor().invoke(message);
            return Printable.of(actor.path().address().toString());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("component [" + component + "] cannot be read", e);
        }
    }
}
