package io.tinyclip.actors.member;

import akka.actor.Address;
import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;

/** Where actors live. */
final class Addresses {
    private Addresses() {}

    /** Host and port of an actor's machine; the system's name where it has no port. */
    static String of(ActorSystem<?> system, ActorRef<?> actor) {
        Address written = actor.path().address();
        Address address = written.hasGlobalScope()
                ? written
                : ((ExtendedActorSystem) Adapter.toClassic(system)).provider().getDefaultAddress();
        return address.hasGlobalScope()
                ? address.getHost().get() + ":" + address.getPort().get()
                : address.hostPort();
    }
}
