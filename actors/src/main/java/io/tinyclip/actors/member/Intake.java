package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.numeric.NumericClass;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * How a machine comes to take part: it is told of the run, prepares for it and is admitted; its numeric class is
 * written down before it computes, so that no step is committed in a class that the next coordinator does not know.
 * Used by the registrar alone.
 */
final class Intake {
    private final Registrar.RegistrarTools at;
    private final Admission admission;
    private final Members members;
    private final SessionDesk sessions;
    private final Executor files;

    /** @param files where the class is written down */
    Intake(Registrar.RegistrarTools tools, Admission admission, Members members, SessionDesk sessions, Executor files) {
        this.at = tools;
        this.admission = admission;
        this.members = members;
        this.sessions = sessions;
        this.files = files;
    }

    /** What a machine is told that may take part. */
    Answer answer(RegistrarCommand.Offer offer, ActorRef<RegistrarCommand> registrar) {
        return offer.claim().roles().contains(MemberRole.CORE)
                ? new Answer.Seated(registrar, sessions.of(offer.agent()))
                : welcome(offer.agent(), registrar);
    }

    /** Tells of the run as it is known now; also a machine that prepared before the precision was decided. */
    Answer.Welcome welcome(ActorRef<Answer> agent, ActorRef<RegistrarCommand> registrar) {
        RunTerms terms = at.terms();
        return new Answer.Welcome(
                new Answer.Invitation(
                        terms.runId(),
                        at.term(),
                        terms.settings(),
                        terms.dataHash(),
                        terms.teachers(),
                        admission.precision()),
                registrar,
                sessions.of(agent));
    }

    /** @return empty where there is nothing to write down */
    Optional<CompletionStage<Void>> record(RegistrarCommand.Ready ready, Members.Seat seat) {
        Optional<NumericClass> own =
                ready.proof().numerics().filter(it -> seat.state() == ClusterStatus.State.PREPARING);
        own.ifPresent(admission::computes);
        return own.map(it -> CompletableFuture.runAsync(() -> at.listener().computes(seat.address(), it), files));
    }

    void admit(RegistrarCommand.Ready ready, Members.Seat seat) {
        if (seat.state() == ClusterStatus.State.PREPARING) {
            at.listener().admitted(seat.roles(), seat.address());
        }
        members.change(ready.agent(), found -> found.ready(ready.worker(), ready.server()));
        String numerics =
                ready.proof().numerics().map(NumericClass::fingerprint).orElse("");
        ready.worker()
                .ifPresent(worker -> at.coordinator().tell(new CoordinatorCommand.WorkerJoined(worker, numerics)));
        ready.server().ifPresent(server -> at.coordinator().tell(new CoordinatorCommand.ServerJoined(server)));
        ready.agent().tell(new Answer.Admitted());
    }
}
