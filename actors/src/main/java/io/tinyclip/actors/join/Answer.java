package io.tinyclip.actors.join;

import akka.actor.typed.ActorRef;
import java.util.List;

/** What the registrar tells machines that offered themselves. */
public sealed interface Answer extends AgentCommand {
    /** Prepare for this run. */
    record Welcome(Invitation invitation, ActorRef<RegistrarCommand> registrar) implements Answer {}

    /**
     * What a machine is told about a run.
     *
     * @param settings as JSON
     */
    record Invitation(String runId, long term, String settings, String dataHash, List<TeacherOffer> teachers) {
        public Invitation {
            teachers = List.copyOf(teachers);
        }

        /** Whether what was prepared for the one does for the other: only who leads may differ. */
        public boolean isSameRun(Invitation other) {
            return runId.equals(other.runId)
                    && settings.equals(other.settings)
                    && dataHash.equals(other.dataHash)
                    && hashes().equals(other.hashes());
        }

        private List<String> hashes() {
            return teachers.stream().map(TeacherOffer::hash).toList();
        }
    }

    /** A candidate may stand by. */
    record Seated(ActorRef<RegistrarCommand> registrar) implements Answer {}

    /** The coordinator knows this machine's worker and server. */
    record Admitted() implements Answer {}

    /** It may not take part, or no longer. */
    record NotAdmitted(String reason) implements Answer {}

    /** Others have its leases and its shard: it may go. */
    record Released() implements Answer {}

    /**
     * The run has ended.
     *
     * @param finished whether nothing is left to do; otherwise another coordinator may go on with it
     */
    record RunOver(boolean finished, ActorRef<RegistrarCommand> registrar) implements Answer {}
}
