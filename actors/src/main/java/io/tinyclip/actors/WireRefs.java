package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;

/** Actors' addresses as text. */
final class WireRefs {
    private final ActorRefResolver resolver;

    WireRefs(ActorRefResolver resolver) {
        this.resolver = resolver;
    }

    String write(ActorRef<?> ref) {
        return resolver.toSerializationFormat(ref);
    }

    <T> ActorRef<T> read(String ref) {
        return resolver.resolveActorRef(ref);
    }
}
