package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.message.CoordinatorCommand;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How machines take leave of a run without a loss.
 *
 * <pre>
 * ADMITTED   the machine wants to go    -> LEAVING      the coordinator is asked to do without its worker and server
 * LEAVING    it asks again              -> LEAVING      the coordinator is asked again
 * LEAVING    both of them may go        -> handed over  the machine is released
 * any        its session ends           -> gone         the coordinator is told
 *
 * STANDING_BY    whoever leads goes       -> the next of them leads
 * </pre>
 *
 * Used by the registrar alone.
 */
final class Departures {
    private final Members members;
    private final ActorRef<CoordinatorCommand> coordinator;
    private final ActorRef<Coordinator.Released> released;
    private final Set<ActorRef<?>> mayGo = new HashSet<>();

    /** @param released hears which actors the run does not need any more */
    Departures(Members members, ActorRef<CoordinatorCommand> coordinator, ActorRef<Coordinator.Released> released) {
        this.members = members;
        this.coordinator = coordinator;
        this.released = released;
    }

    void ask(Members.Seat leaving) {
        leaving.worker().ifPresent(it -> coordinator.tell(new Coordinator.WorkerLeaving(it, released)));
        leaving.server().ifPresent(it -> coordinator.tell(new Coordinator.ServerLeaving(it, released)));
    }

    /** It goes without asking: the coordinator is told to do without it at once. */
    void isGone(Members.Seat gone) {
        gone.worker().ifPresent(it -> coordinator.tell(new Coordinator.WorkerGone(it)));
        gone.server().ifPresent(it -> coordinator.tell(new Coordinator.ServerGone(it)));
    }

    void mayGo(ActorRef<?> actor) {
        mayGo.add(actor);
    }

    /** Leaving machines whose worker and server the run does not need any more. */
    List<ActorRef<Answer>> free() {
        return members.agents().stream().filter(this::isFree).toList();
    }

    boolean isFree(ActorRef<Answer> agent) {
        return members.find(agent)
                .filter(it -> it.state() == ClusterStatus.State.LEAVING && mayGo.containsAll(it.actors()))
                .isPresent();
    }

    /**
     * Whoever leads goes.
     *
     * @param own address of this machine
     * @return whether another candidate stands by, who is told to lead
     */
    boolean handOver(String own, ActorRef<RegistrarCommand> registrar) {
        List<ActorRef<Answer>> others = members.agents().stream()
                .filter(agent -> members.find(agent)
                        .filter(it -> it.state() == ClusterStatus.State.STANDING_BY)
                        .filter(it -> !it.address().equals(own))
                        .isPresent())
                .toList();
        others.forEach(agent -> agent.tell(new Answer.LeaderLeaves(registrar)));
        return !others.isEmpty();
    }

    /** It lives and does nothing any more: it ends, and whoever started it may do so again. */
    void restart(ActorRef<Answer> agent, String reason) {
        members.find(agent).ifPresent(this::isGone);
        members.remove(agent);
        agent.tell(new Answer.Restart(reason));
    }

    /** Others have what the machine's worker and server had. */
    void release(ActorRef<Answer> agent) {
        members.find(agent).ifPresent(seat -> mayGo.removeAll(seat.actors()));
        members.remove(agent);
        agent.tell(new Answer.Released());
    }
}
