package io.tinyclip.actors.join;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.kernel.Precision;
import java.util.List;
import java.util.Optional;

/** What the registrar tells machines that offered themselves. */
public sealed interface Answer extends AgentCommand {
    /**
     * Prepare for this run.
     *
     * @param session to be held while the machine takes part: its end is taken for the machine's
     * @param door by which it will speak to the coordinator, whose orders to its worker and server name it
     */
    record Welcome(
            Invitation invitation,
            ActorRef<RegistrarCommand> registrar,
            Handle session,
            ActorRef<CoordinatorCommand> door)
            implements Answer {}

    /**
     * What a machine is told about a run.
     *
     * @param settings as JSON
     * @param precision inside the kernels; empty where none is decided yet, and the machine takes what fits it
     */
    record Invitation(
            String runId,
            long term,
            String settings,
            String dataHash,
            List<TeacherOffer> teachers,
            Optional<Precision> precision) {
        public Invitation {
            teachers = List.copyOf(teachers);
        }

        /** Whether what was prepared for the one does for the other: only who leads may differ. */
        public boolean isSameRun(Invitation other) {
            return runId.equals(other.runId)
                    && settings.equals(other.settings)
                    && dataHash.equals(other.dataHash)
                    && hashes().equals(other.hashes())
                    && !isDecidedOtherwise(other);
        }

        /** Whether another precision is decided there than what was prepared for here. */
        private boolean isDecidedOtherwise(Invitation other) {
            return precision.isPresent() && other.precision.isPresent() && !precision.equals(other.precision);
        }

        /** The same of a machine that computes in this precision. */
        public Invitation in(Precision own) {
            return new Invitation(runId, term, settings, dataHash, teachers, Optional.of(own));
        }

        private List<String> hashes() {
            return teachers.stream().map(TeacherOffer::hash).toList();
        }
    }

    /**
     * A candidate may stand by.
     *
     * @param session to be held while it does: its end may be the leader's
     */
    record Seated(ActorRef<RegistrarCommand> registrar, Handle session) implements Answer {}

    /** The coordinator knows this machine's worker and server. */
    record Admitted() implements Answer {}

    /** It may not take part, or no longer. */
    record NotAdmitted(String reason) implements Answer {}

    /** Others have its leases and its shard, or it is known why it has broken down: it may go. */
    record Released() implements Answer {}

    /**
     * The run has ended.
     *
     * @param finished whether nothing is left to do; otherwise another coordinator may go on with it, but for the following
     * @param failure why nobody can go on with it, in one line
     * @param ended whether an operator has ended it, and nobody is to go on with it by itself
     */
    record RunOver(boolean finished, Optional<String> failure, boolean ended, ActorRef<RegistrarCommand> registrar)
            implements Answer {
        /** What it means to a machine; empty where it is to wait for another coordinator. */
        public Optional<NodeEnd> end() {
            if (failure.isPresent()) {
                return failure.map(NodeEnd::failed);
            } else if (finished) {
                return Optional.of(new NodeEnd(NodeEnd.Kind.FINISHED, "the run is finished"));
            }
            return ended
                    ? Optional.of(new NodeEnd(NodeEnd.Kind.ENDED, "an operator has ended the run"))
                    : Optional.empty();
        }
    }

    /** It is done without, as it lives and does nothing any more: it ends, and may take part again once it is started anew. */
    record Restart(String reason) implements Answer {}

    /** Whoever leads goes: of the candidates, the next one leads from now on. */
    record LeaderLeaves(ActorRef<RegistrarCommand> registrar) implements Answer {}
}
