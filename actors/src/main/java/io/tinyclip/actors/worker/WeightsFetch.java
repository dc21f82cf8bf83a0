package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Fetcher;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.TrainedRanges;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Fetches the vector that a step is computed on, one step at a time. */
final class WeightsFetch {
    /** What the versions have in common whose unchanged parts are the same floats. */
    private record Kind(long epoch, int stage, Phase phase, String layout) {
        static Kind of(Stamp stamp) {
            return new Kind(
                    stamp.epoch(), stamp.cursor().stage(), stamp.cursor().phase(), stamp.layout());
        }
    }

    private final OptimizerPlan optimizer;
    private final Executor arithmetic;
    private FloatVector assembled = FloatVector.allocate(0);
    private volatile Optional<Kind> held = Optional.empty();

    /**
     * @param optimizer what steps change, which alone is fetched again
     * @param arithmetic where the shards' parts are put together
     */
    WeightsFetch(OptimizerPlan optimizer, Executor arithmetic) {
        this.optimizer = optimizer;
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
            held = Optional.empty();
        }
        FloatVector target = assembled;
        Optional<Kind> kind = Optional.of(Kind.of(step.stamp()));
        List<Range> wanted = held.equals(kind) ? TrainedRanges.within(optimizer, step.layout(), all) : List.of(all);
        if (!held.equals(kind)) {
            held = Optional.empty();
        }
        return CompletableFuture.supplyAsync(
                        () -> ShardWeights.fetchInto(by, shards, wanted, 0, target.floats()), arithmetic)
                .thenCompose(fetched -> fetched)
                .thenApply(nothing -> {
                    held = kind;
                    return target;
                });
    }
}
