package io.tinyclip.actors.message;

/**
 * The reply to a message that is not acted on: of a lower epoch, about another layout, or about a version that is not
 * here. A coordinator that hears of a higher epoch has been fenced off; otherwise the message was late, and nothing is
 * to be done.
 *
 * @param stamp of the message
 * @param epoch that the refusing actor obeys
 */
public record Refused(Stamp stamp, long epoch, String reason) implements CoordinatorCommand, WorkerCommand {}
