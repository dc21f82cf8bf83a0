package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Students that the listener is told of. Used by the coordinator alone. */
final class StageTelling {
    private final LeadTools at;
    private Optional<Errand> fetching = Optional.empty();

    StageTelling(LeadTools at) {
        this.at = at;
    }

    /** @return once the listener has done what it does; false where the vector could not be had for it */
    CompletionStage<Boolean> tell(RunEffect.TellStage stage) {
        Layout layout = stage.position().layout();
        FloatVector vector = FloatVector.allocate(layout.size());
        Errand by = at.plane().errand();
        fetching = Optional.of(by);
        return at.fetch(by, layout, stage.shards(), vector)
                .thenCompose(here -> here
                        ? finished(stage, vector).thenApply(nothing -> true)
                        : CompletableFuture.completedStage(false));
    }

    /** The vector can't be had from whoever is gone. */
    void end() {
        fetching.ifPresent(Errand::close);
    }

    private CompletionStage<Void> finished(RunEffect.TellStage stage, FloatVector vector) {
        Position position = stage.position();
        RunListener.StageFinished told = new RunListener.StageFinished(
                position.cursor(),
                position.layout(),
                vector,
                position.widthMap(),
                position.sparsity(),
                stage.digest(),
                position.bad());
        boolean ends = at.setup().plan().phaseComplete(position.cursor());
        return CompletableFuture.supplyAsync(
                        () -> ends
                                ? at.listener().stageFinished(told)
                                : at.listener().stepJudged(told),
                        at.listening())
                .thenCompose(Function.identity());
    }
}
