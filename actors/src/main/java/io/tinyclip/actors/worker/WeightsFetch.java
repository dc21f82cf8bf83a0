package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.optimize.Range;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Fetches the vector that a step is computed on, one step at a time. */
final class WeightsFetch {
    private final DataPlane plane;
    private final Executor arithmetic;
    private float[] assembled = new float[0];

    /** @param arithmetic where the shards' parts are put together */
    WeightsFetch(DataPlane plane, Executor arithmetic) {
        this.plane = plane;
        this.arithmetic = arithmetic;
    }

    /**
     * The whole vector: a shard's own array where there is one shard, or put together in an array that is used again.
     *
     * @return (P,), as it is until the next call
     */
    CompletionStage<FloatBuffer> fetch(WorkerCommand.Step step) {
        List<ShardWeights> shards =
                step.shards().stream().map(WorkerCommand.Shard::weights).toList();
        Range all = new Range(0, step.layout().size());
        if (shards.size() == 1) {
            return ShardWeights.fetch(plane, shards, all)
                    .thenApply(whole -> FloatBuffer.wrap(whole).asReadOnlyBuffer());
        }
        if (assembled.length != all.to()) {
            assembled = new float[all.to()];
        }
        float[] target = assembled;
        return CompletableFuture.supplyAsync(() -> ShardWeights.fetchInto(plane, shards, all, target), arithmetic)
                .thenCompose(fetched -> fetched)
                .thenApply(nothing -> FloatBuffer.wrap(target).asReadOnlyBuffer());
    }
}
