package io.tinyclip.actors.join;

import akka.actor.NoSerializationVerificationNeeded;

/** What is said to the agent of a machine that takes part, or stands by. */
public sealed interface AgentCommand permits Answer, AgentCommand.Local {
    /** What never leaves a process. */
    non-sealed interface Local extends AgentCommand, NoSerializationVerificationNeeded {}
}
