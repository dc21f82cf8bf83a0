package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.failpoint.Failpoint;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The registrars that an agent knows, and the one of them by whom it has a seat in a run.
 *
 * <pre>
 * none     a welcome                         -> seated
 * seated   a welcome of a higher term        -> seated there
 * seated   the same, with a decided precision-> seated there
 * seated   the registrar is gone, or is over -> none
 * </pre>
 *
 * A seat is only ever given up for one of a higher term, or where the run's precision has been decided since.
 */
final class NodeSeat {
    private final Set<ActorRef<RegistrarCommand>> registrars = new HashSet<>();
    private final ActorRef<Answer> ear;
    private Optional<Answer.Welcome> seat = Optional.empty();

    /** @param ear by which the agent hears of registrars */
    NodeSeat(ActorRef<Answer> ear) {
        this.ear = ear;
    }

    ActorRef<Answer> ear() {
        return ear;
    }

    /** @return whether the one by whom it has a seat is gone */
    boolean know(Set<ActorRef<RegistrarCommand>> found) {
        registrars.clear();
        registrars.addAll(found);
        return seat.filter(held -> !registrars.contains(held.registrar())).isPresent();
    }

    /** Its run is over: it offers none any more. */
    void forget(ActorRef<RegistrarCommand> registrar) {
        registrars.remove(registrar);
    }

    boolean isBy(ActorRef<RegistrarCommand> registrar) {
        return seat.filter(held -> held.registrar().equals(registrar)).isPresent();
    }

    /** To everybody but the one by whom this machine has a seat: a higher term may have begun. */
    void offer(RegistrarCommand.Offer offer) {
        registrars.stream().filter(registrar -> !isBy(registrar)).forEach(registrar -> registrar.tell(offer));
    }

    /** @return whether it is taken */
    boolean take(Answer.Welcome welcome) {
        boolean old = seat.filter(
                        held -> held.invitation().term() >= welcome.invitation().term())
                .filter(held -> !isDecidedSince(held, welcome))
                .isPresent();
        seat = old ? seat : Optional.of(welcome);
        return !old;
    }

    private static boolean isDecidedSince(Answer.Welcome held, Answer.Welcome welcome) {
        return held.invitation().term() == welcome.invitation().term()
                && held.invitation().precision().isEmpty()
                && welcome.invitation().precision().isPresent();
    }

    void leave() {
        seat = Optional.empty();
    }

    void ifTaken(Consumer<Answer.Welcome> then) {
        seat.ifPresent(then);
    }

    Optional<ActorRef<RegistrarCommand>> registrar() {
        return seat.map(Answer.Welcome::registrar);
    }

    void tell(RegistrarCommand message) {
        boolean joins = seat.isPresent() && message instanceof RegistrarCommand.Ready;
        if (joins) {
            Failpoint.JOIN.before();
        }
        seat.ifPresent(held -> held.registrar().tell(message));
        if (joins) {
            Failpoint.JOIN.after();
        }
    }
}
