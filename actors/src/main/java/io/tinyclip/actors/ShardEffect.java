package io.tinyclip.actors;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.reduce.Node;

/** What {@link ShardState} wants done; the parameter server does it, in order. */
sealed interface ShardEffect {
    /** The range is read from where the Load that is being handled says. */
    record Read(Stamp stamp) implements ShardEffect {}

    /** Weights and moments of this version are published, those of the one before are not needed any more. */
    record Publish(Stamp stamp, boolean keepOld) implements ShardEffect {}

    /** What was kept for others to load or gather from goes. */
    record FreeOld() implements ShardEffect {}

    /** All that is held goes. */
    record FreeAll() implements ShardEffect {}

    /** The coordinator hears that two workers gave two sums of the same node, over this shard's range. */
    record TellDisputed(Stamp stamp, Node node, Dispute.Answer first, Dispute.Answer second) implements ShardEffect {}

    /** @param checksum that the slice must have */
    record FetchSlice(Stamp stamp, Node node, Handle handle, int checksum) implements ShardEffect {}

    /** The total is there: the penalty's gradient is added where the masks are, and squared norms are taken. */
    record FinishReduction(Stamp stamp, double sparsityTarget) implements ShardEffect {}

    record ReplyReduced(Stamp stamp) implements ShardEffect {}

    record Apply(ShardState.Order order) implements ShardEffect {}

    record ReplyReady(Stamp stamp) implements ShardEffect {}

    /** The cut that is asked for is decided. */
    record Decide(Stamp stamp) implements ShardEffect {}

    record ReplyDecided(Stamp stamp) implements ShardEffect {}

    /** The range of the next vector is gathered as the Gather that is being handled says. */
    record GatherRange(Stamp next) implements ShardEffect {}

    record Refuse(Refused reply) implements ShardEffect {}
}
