package io.tinyclip.actors.join;

import akka.actor.NoSerializationVerificationNeeded;

/** What is said to the desk where anybody may ask how the cluster is doing. */
public sealed interface DeskCommand permits StatusRequest, DeskCommand.Local {
    /** What never leaves a process. */
    non-sealed interface Local extends DeskCommand, NoSerializationVerificationNeeded {}
}
