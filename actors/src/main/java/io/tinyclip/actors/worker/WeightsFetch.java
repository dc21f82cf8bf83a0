package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Fetcher;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Fetches the vector that a step is computed on, one step at a time. */
final class WeightsFetch {
    private final Executor arithmetic;
    private FloatVector assembled = FloatVector.allocate(0);

    /** @param arithmetic where the shards' parts are put together */
    WeightsFetch(Executor arithmetic) {
        this.arithmetic = arithmetic;
    }

    /**
     * The whole vector, put together outside the heap in memory that is used again.
     *
     * @param by fetches of the step
     * @return (P,), as it is until the next call, which writes to it
     */
    CompletionStage<FloatVector> fetch(WorkerCommand.Step step, Fetcher by) {
        List<ShardWeights> shards =
                step.shards().stream().map(WorkerCommand.Shard::weights).toList();
        Range all = new Range(0, step.layout().size());
        if (assembled.size() != all.to()) {
            assembled = FloatVector.allocate(all.to());
        }
        FloatVector target = assembled;
        return CompletableFuture.supplyAsync(() -> ShardWeights.fetchInto(by, shards, all, target.floats()), arithmetic)
                .thenCompose(fetched -> fetched)
                .thenApply(nothing -> target);
    }
}
