package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.gate.Doors;
import io.tinyclip.actors.gate.SessionDesk;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.numeric.NumericClass;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * How a machine comes to take part: it is told of the run, prepares for it and is admitted; its numeric class is
 * written down before it computes, so that no step is committed in a class that the next coordinator does not know.
 * Used by the registrar alone.
 */
final class Intake {
    private final RegistrarTools at;
    private final Admission admission;
    private final Members members;
    private final SessionDesk sessions;
    private final Doors doors;
    private final Map<ActorRef<Answer>, RegistrarCommand.Ready> waiting = new HashMap<>();
    private final Set<ActorRef<Answer>> recording = new HashSet<>();
    private final Executor files;

    /** What a machine is given to hold, and to speak through. */
    record Desks(SessionDesk sessions, Doors doors) {}

    /** @param files where the class is written down */
    Intake(RegistrarTools tools, Admission admission, Members members, Desks desks, Executor files) {
        this.at = tools;
        this.admission = admission;
        this.members = members;
        this.sessions = desks.sessions;
        this.doors = desks.doors;
        this.files = files;
    }

    /** What a machine is told that may take part. */
    Answer answer(RegistrarCommand.Offer offer, String address, ActorRef<RegistrarCommand> registrar) {
        if (members.find(offer.agent()).isEmpty()) {
            members.put(offer.agent(), Members.Seat.offered(offer.claim().roles(), address));
        }
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
                sessions.of(agent),
                doors.of(agent));
    }

    /** @return empty where there is nothing to write down */
    Optional<CompletionStage<Void>> record(RegistrarCommand.Ready ready, Members.Seat seat) {
        Optional<NumericClass> own =
                ready.proof().numerics().filter(it -> seat.state() == ClusterStatus.State.PREPARING);
        own.ifPresent(it -> {
            admission.computes(it);
            recording.add(ready.agent());
        });
        return own.map(it -> CompletableFuture.runAsync(() -> at.listener().computes(seat.address(), it), files));
    }

    /** It is written down: whoever says again that it is ready is heard. */
    void recorded(ActorRef<Answer> agent) {
        recording.remove(agent);
    }

    void admit(RegistrarCommand.Ready ready, Members.Seat seat) {
        if (seat.state() == ClusterStatus.State.PREPARING) {
            at.listener().admitted(seat.roles(), seat.address());
        }
        members.change(ready.agent(), found -> found.ready(ready.worker(), ready.server()));
        doors.joined(ready, seat.roles(), seat.address());
        ready.agent().tell(new Answer.Admitted());
    }

    /** Why the roles that a machine has shown are not those that it offered itself for. */
    Optional<String> foreign(ActorRef<Answer> agent, Set<Role> shown) {
        return members.find(agent)
                .filter(seat -> !shown.containsAll(needed(seat.roles())))
                .map(seat -> "its certificate is for " + words(shown) + ", and it offers itself as "
                        + words(needed(seat.roles())) + "; give it one for that (command keys)");
    }

    private static Set<Role> needed(Set<MemberRole> offered) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        offered.forEach(role -> roles.add(
                switch (role) {
                    case CORE -> Role.COORDINATOR;
                    case WORKER -> Role.WORKER;
                    case SERVER -> Role.SERVER;
                }));
        return roles;
    }

    private static List<String> words(Set<Role> roles) {
        return roles.stream().sorted().map(Role::word).toList();
    }

    /** Whoever says too early that it is ready is heard once it has shown its roles; while that is written down, it has been heard. */
    boolean waits(RegistrarCommand.Ready ready) {
        boolean early =
                members.find(ready.agent()).filter(seat -> !seat.proven()).isPresent();
        if (early) {
            waiting.put(ready.agent(), ready);
        }
        return early || recording.contains(ready.agent());
    }

    /** @return what it has said before */
    Optional<RegistrarCommand.Ready> proven(ActorRef<Answer> agent) {
        members.change(agent, Members.Seat::asProven);
        return Optional.ofNullable(waiting.remove(agent));
    }

    /** It may say nothing any more. */
    void expel(ActorRef<Answer> agent) {
        doors.close(agent);
    }

    void forget(ActorRef<Answer> agent) {
        sessions.forget(agent);
        waiting.remove(agent);
        doors.close(agent);
    }
}
