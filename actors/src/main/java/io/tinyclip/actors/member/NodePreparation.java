package io.tinyclip.actors.member;

import io.tinyclip.actors.join.Answer;
import io.tinyclip.model.InvalidInputException;
import java.util.concurrent.CompletableFuture;

/**
 * Prepares a machine for a run. What the coordinator offers cannot be fetched once it is gone, and there may be
 * another: so what fails is tried again a few times, unless it is the input that is wrong.
 */
final class NodePreparation {
    /** Before whatever is wrong is taken for lasting. */
    private static final int MOST_ATTEMPTS = 5;

    private final AgentTools at;
    private int attempts;

    NodePreparation(AgentTools tools) {
        this.at = tools;
    }

    CompletableFuture<NodeHost.Prepared> begin(Answer.Invitation run) {
        NodeHost.Task task = NodeHost.Task.of(run, at.claim().roles(), at.plane());
        return CompletableFuture.supplyAsync(() -> at.host().prepare(task), at.preparing());
    }

    void succeeded() {
        attempts = 0;
    }

    /** @return whether it is not worth trying again */
    boolean failed(Throwable cause) {
        attempts++;
        return cause instanceof InvalidInputException || attempts == MOST_ATTEMPTS;
    }
}
