package io.tinyclip.actors;

import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What {@link RunState} wants done; the coordinator does it, in order. Servers and workers go by their numbers. */
sealed interface RunEffect {
    /**
     * The newest good checkpoint, or the start, is looked for and published.
     *
     * @param mostSteps committed steps beyond which checkpoints are in doubt, and removed
     */
    record Recall(long epoch, OptionalLong mostSteps) implements RunEffect {}

    /** Nobody fetches from there any more. */
    record ReleaseOrigin(RunOrigin origin) implements RunEffect {}

    /** Each server takes its range of the position's vector from the parts. */
    record LoadShards(Stamp stamp, Layout layout, List<Integer> servers, List<Part> parts) implements RunEffect {}

    /**
     * Workers compute these partitions. A higher attempt replaces the leases of a lower one of the same step.
     *
     * @param idle workers without a lease, who are to say that they are there
     * @param question for whoever computes just the node
     */
    record SendStep(
            Stamp stamp,
            int attempt,
            Layout layout,
            List<Lease> leases,
            List<Integer> idle,
            ShardMap map,
            Optional<Dispute.Question> question)
            implements RunEffect {
        List<Integer> receivers() {
            return Stream.concat(leases.stream().map(Lease::worker), idle.stream())
                    .distinct()
                    .toList();
        }
    }

    /** Shards reduce the step's gradient. */
    record SendReduce(Stamp stamp, List<Integer> servers, double sparsityTarget) implements RunEffect {}

    /** Servers that hold no shard of this epoch give up what they held before. */
    record FreeShards(Stamp stamp, List<Integer> servers) implements RunEffect {}

    /** Shards move to the next version. */
    record SendCommit(ShardState.Order order, List<Integer> servers) implements RunEffect {}

    /** The shard with the masks decides which units stay. */
    record AskCut(Stamp stamp, int server, double keep, WidthMap widthMap) implements RunEffect {}

    /**
     * Every shard gathers its range of the next vector.
     *
     * @param kept the cut; empty where masks are added
     * @param map of the old version
     */
    record SendGather(Stamp stamp, Stamp next, Layout before, Layout after, Optional<Kept> kept, ShardMap map)
            implements RunEffect {}

    /** What the shards publish is fetched and made durable. @param shards in order */
    record WriteCheckpoint(Stamp stamp, Position position, List<Published> shards) implements RunEffect {}

    /** The checkpoint is made good by its manifest. */
    record SealCheckpoint(Stamp stamp, Position position, CheckpointFiles written) implements RunEffect {}

    record TellStarted(Position position) implements RunEffect {}

    record TellStep(RunListener.StepCommitted step) implements RunEffect {}

    /** The listener hears of the stage's end and says when to go on. @param shards in order */
    record TellStage(Stamp stamp, Position position, String digest, List<Published> shards) implements RunEffect {}

    /** The worker has no leases any more and may end. */
    record ReleaseWorker(int worker) implements RunEffect {}

    /** The server is not needed any more and may end. */
    record ReleaseServer(int server) implements RunEffect {}

    /** The worker gave a wrong answer and takes no part any more. */
    record Expel(int worker, String reason) implements RunEffect {}

    record Finish(Outcome outcome) implements RunEffect {}

    record Fail(String reason) implements RunEffect {}
}
