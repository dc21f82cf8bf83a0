package io.tinyclip.actors;

import io.tinyclip.actors.run.RunListener;
import io.tinyclip.plan.Cursor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a run tells. */
public class Recorder implements RunListener {
    final List<Cursor> starts = new CopyOnWriteArrayList<>();
    final List<StepCommitted> steps = new CopyOnWriteArrayList<>();
    final List<StageFinished> stages = new CopyOnWriteArrayList<>();

    @Override
    public void started(Cursor cursor) {
        starts.add(cursor);
    }

    @Override
    public void stepCommitted(StepCommitted step) {
        steps.add(step);
    }

    @Override
    public CompletionStage<Void> stepJudged(StageFinished student) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> stageFinished(StageFinished stage) {
        stages.add(stage);
        return CompletableFuture.completedStage(null);
    }

    int steps() {
        return steps.size();
    }

    List<String> digests() {
        return stages.stream().map(StageFinished::digest).toList();
    }

    List<Double> losses() {
        return steps.stream().map(StepCommitted::loss).toList();
    }
}
