package io.tinyclip.actors;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.checkpoint.RangeFile;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import java.util.List;
import java.util.Optional;

/** What {@link RunState} wants done; the coordinator does it, in order. */
sealed interface RunEffect {
    /** Every shard takes its range of the position's vector, from the start vector or the checkpoint resumed from. */
    record LoadShards(Stamp stamp, Layout layout) implements RunEffect {}

    /**
     * Workers compute these partitions. A higher attempt replaces the leases of a lower one of the same step.
     *
     * @param weights of the shards, in order
     */
    record SendStep(Stamp stamp, int attempt, Layout layout, List<Lease> leases, List<Handle> weights)
            implements RunEffect {}

    /** Shards reduce the step's gradient. */
    record SendReduce(Stamp stamp, double sparsityTarget) implements RunEffect {}

    /** Shards move to the next version. */
    record SendCommit(ShardState.Order order) implements RunEffect {}

    /** The shard with the masks decides which units stay. */
    record AskCut(Stamp stamp, int shard, double keep, WidthMap widthMap) implements RunEffect {}

    /**
     * Every shard gathers its range of the next vector.
     *
     * @param kept the cut; empty where masks are added
     * @param weights of the old shards, in order
     */
    record SendGather(Stamp stamp, Stamp next, Layout before, Layout after, Optional<Kept> kept, List<Handle> weights)
            implements RunEffect {}

    /** Every shard writes its range. */
    record WriteShards(Stamp stamp) implements RunEffect {}

    /** The checkpoint is made good by its manifest. */
    record SealCheckpoint(Position position, String digest, List<RangeFile> files) implements RunEffect {}

    record TellStarted(Position position) implements RunEffect {}

    record TellStep(RunListener.StepCommitted step) implements RunEffect {}

    /** The listener hears of the stage's end and says when to go on. */
    record TellStage(Stamp stamp, Position position, String digest, List<Handle> weights) implements RunEffect {}

    record Finish(Outcome outcome) implements RunEffect {}

    record Fail(String reason) implements RunEffect {}
}
