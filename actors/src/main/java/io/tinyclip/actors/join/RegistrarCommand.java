package io.tinyclip.actors.join;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import java.util.Optional;

/**
 * What machines say to the registrar. Records cross the wire; how each is answered, and what happens if it comes twice,
 * is said in proto/README.md and beside the message of its name.
 */
public sealed interface RegistrarCommand
        permits RegistrarCommand.Local,
                RegistrarCommand.Offer,
                RegistrarCommand.Ready,
                RegistrarCommand.Report,
                RegistrarCommand.Leaving,
                RegistrarCommand.Broken,
                StatusRequest {
    /** What never leaves a process. */
    non-sealed interface Local extends RegistrarCommand, NoSerializationVerificationNeeded {}

    /** A machine wants to take part. */
    record Offer(RunTerms.Claim claim, ActorRef<Answer> agent) implements RegistrarCommand {}

    /** A machine is prepared, with these actors. */
    record Ready(
            RunTerms.Proof proof,
            Optional<ActorRef<WorkerCommand>> worker,
            Optional<ActorRef<ServerCommand>> server,
            ActorRef<Answer> agent)
            implements RegistrarCommand {}

    /** What a machine is doing. */
    record Report(MemberReport report, ActorRef<Answer> agent) implements RegistrarCommand {}

    /** A machine is to end. */
    record Leaving(ActorRef<Answer> agent) implements RegistrarCommand {}

    /** A machine cannot go on, and ends. Answered by {@link Answer.Released}. */
    record Broken(Breakdown breakdown, ActorRef<Answer> agent) implements RegistrarCommand {}
}
