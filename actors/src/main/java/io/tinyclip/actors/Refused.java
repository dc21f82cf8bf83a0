package io.tinyclip.actors;

/**
 * The reply to a message that is not acted on: of a lower epoch, about another layout, or about a version that is not
 * here. Whoever is fenced off by a higher epoch ends; about late messages nothing is to be done.
 *
 * @param stamp of the message
 */
record Refused(Stamp stamp, String reason) implements Coordinator.Command, Worker.Command {}
