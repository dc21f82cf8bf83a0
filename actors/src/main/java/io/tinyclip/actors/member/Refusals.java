package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.Answer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Machines that may not take part, and why: they hear it again whatever they say. Used by the registrar alone. */
final class Refusals {
    private final Map<ActorRef<Answer>, String> reasons = new HashMap<>();
    private final BiConsumer<ActorRef<Answer>, String> first;

    /** @param first hears of each refusal once */
    Refusals(BiConsumer<ActorRef<Answer>, String> first) {
        this.first = first;
    }

    Optional<String> of(ActorRef<Answer> agent) {
        return Optional.ofNullable(reasons.get(agent));
    }

    void refuse(ActorRef<Answer> agent, String reason) {
        if (Optional.ofNullable(reasons.put(agent, reason)).isEmpty()) {
            first.accept(agent, reason);
        }
        agent.tell(new Answer.NotAdmitted(reason));
    }

    void forget(ActorRef<Answer> agent) {
        reasons.remove(agent);
    }
}
