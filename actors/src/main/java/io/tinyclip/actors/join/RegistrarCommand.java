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
        permits RegistrarCommand.Local, RegistrarCommand.Offer, RegistrarCommand.OfMember, StatusRequest {
    /** What never leaves a process. */
    non-sealed interface Local extends RegistrarCommand, NoSerializationVerificationNeeded {}

    /** A machine wants to take part. */
    record Offer(RunTerms.Claim claim, ActorRef<Answer> agent) implements RegistrarCommand {}

    /** Whoever says it has offered itself before. */
    sealed interface OfMember extends RegistrarCommand {
        /** By which it hears answers; nobody else knows it. */
        ActorRef<Answer> agent();
    }

    /** A machine is prepared, with these actors. */
    record Ready(
            RunTerms.Proof proof,
            Optional<ActorRef<WorkerCommand>> worker,
            Optional<ActorRef<ServerCommand>> server,
            ActorRef<Answer> agent)
            implements OfMember {}

    /** What a machine is doing. */
    record Report(MemberReport report, ActorRef<Answer> agent) implements OfMember {}

    /** A machine is to end. */
    record Leaving(ActorRef<Answer> agent) implements OfMember {}

    /** A machine cannot go on, and ends. Answered by {@link Answer.Released}. */
    record Broken(Breakdown breakdown, ActorRef<Answer> agent) implements OfMember {}
}
