package io.tinyclip.actors;

import io.tinyclip.plan.Cursor;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A run's listener, beside which somebody else hears of every step.
 *
 * @param beside must not block
 */
record ToldListener(RunListener listener, Consumer<RunListener.StepCommitted> beside) implements RunListener {
    @Override
    public void started(Cursor cursor) {
        listener.started(cursor);
    }

    @Override
    public void stepCommitted(StepCommitted step) {
        beside.accept(step);
        listener.stepCommitted(step);
    }

    @Override
    public CompletionStage<Void> stageFinished(StageFinished stage) {
        return listener.stageFinished(stage);
    }
}
