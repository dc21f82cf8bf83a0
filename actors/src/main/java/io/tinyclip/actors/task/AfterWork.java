package io.tinyclip.actors.task;

import akka.actor.typed.javadsl.ActorContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;

/** Goes on, on an actor, once work done elsewhere has ended. */
public final class AfterWork<C> {
    private final ActorContext<C> context;
    private final Function<Runnable, C> ended;

    /** @param ended the actor's message to itself that runs what it is given */
    public AfterWork(ActorContext<C> context, Function<Runnable, C> ended) {
        this.context = context;
        this.ended = ended;
    }

    public Logger log() {
        return context.getLog();
    }

    /** A failure of the work is the actor's. */
    public <T> void then(CompletionStage<T> work, Consumer<T> next) {
        then(work, next, failure -> {
            throw new FailedWork(failure);
        });
    }

    /** @param failed takes what others have failed with; an error of this machine is the actor's */
    public <T> void then(CompletionStage<T> work, Consumer<T> next, Consumer<Throwable> failed) {
        context.pipeToSelf(
                work,
                (value, failure) -> ended.apply(
                        failure == null
                                ? () -> next.accept(value)
                                : () -> {
                                    FailedWork.requireOthers(failure);
                                    failed.accept(failure);
                                }));
    }
}
