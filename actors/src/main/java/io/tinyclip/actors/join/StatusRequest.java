package io.tinyclip.actors.join;

import akka.actor.typed.ActorRef;

/** How is the cluster doing? Answered by {@link ClusterStatus}, where whoever asks leads or stands by to lead. */
public record StatusRequest(ActorRef<ClusterStatus> replyTo) implements RegistrarCommand, DeskCommand {}
