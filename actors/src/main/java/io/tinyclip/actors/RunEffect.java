package io.tinyclip.actors;

import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import java.util.List;
import java.util.Optional;

/** What {@link RunState} wants done; the coordinator does it, in order. */
sealed interface RunEffect {
    /** Every shard takes its range of the position's vector, from where the run begins. */
    record LoadShards(Stamp stamp, Layout layout) implements RunEffect {}

    /**
     * Workers compute these partitions. A higher attempt replaces the leases of a lower one of the same step.
     *
     * @param shards in order
     */
    record SendStep(Stamp stamp, int attempt, Layout layout, List<Lease> leases, List<Published> shards)
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
     * @param old shards, in order
     */
    record SendGather(Stamp stamp, Stamp next, Layout before, Layout after, Optional<Kept> kept, List<Published> old)
            implements RunEffect {}

    /** What the shards publish is fetched and made durable. @param shards in order */
    record WriteCheckpoint(Stamp stamp, Position position, List<Published> shards) implements RunEffect {}

    /** The checkpoint is made good by its manifest. */
    record SealCheckpoint(Stamp stamp, Position position, CheckpointFiles written) implements RunEffect {}

    /** All shards hold the vector that the run begins with: nobody fetches it from the coordinator any more. */
    record ReleaseOrigin() implements RunEffect {}

    record TellStarted(Position position) implements RunEffect {}

    record TellStep(RunListener.StepCommitted step) implements RunEffect {}

    /** The listener hears of the stage's end and says when to go on. */
    record TellStage(Stamp stamp, Position position, String digest, List<Published> shards) implements RunEffect {}

    record Finish(Outcome outcome) implements RunEffect {}

    record Fail(String reason) implements RunEffect {}
}
