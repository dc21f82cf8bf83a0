package io.tinyclip.cluster.guard;

import java.util.concurrent.CompletionStage;

/** Answers what those ask who may. */
@FunctionalInterface
public interface Desk {
    /** Called on a thread that must not wait. */
    CompletionStage<Reply> answer(Question question);
}
