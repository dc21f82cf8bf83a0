package io.tinyclip.actors;

import akka.actor.typed.ActorRef;

/** How is the cluster doing? Answered by {@link ClusterStatus}. */
record StatusRequest(ActorRef<ClusterStatus> replyTo) implements RegistrarCommand, DeskCommand {}
