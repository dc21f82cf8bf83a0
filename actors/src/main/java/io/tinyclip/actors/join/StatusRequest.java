package io.tinyclip.actors.join;

import akka.actor.typed.ActorRef;

/** How is the cluster doing? Answered by {@link ClusterStatus}. */
public record StatusRequest(ActorRef<ClusterStatus> replyTo) implements RegistrarCommand, DeskCommand {}
