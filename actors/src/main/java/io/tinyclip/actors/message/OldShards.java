package io.tinyclip.actors.message;

import io.tinyclip.model.Layout;
import io.tinyclip.plan.MomentTransfer;
import java.util.List;

/**
 * Where the shards of a vector are published that the next one is made from, in order.
 *
 * @param first moments; empty where they start anew
 * @param second the same
 */
public record OldShards(List<ShardWeights> weights, List<ShardWeights> first, List<ShardWeights> second) {
    public static OldShards of(Layout layout, List<Published> shards, MomentTransfer moments) {
        List<Published> going = moments == MomentTransfer.CARRIED ? shards : List.of();
        return new OldShards(
                ShardWeights.masters(layout, shards),
                ShardWeights.of(layout, going, Published::first),
                ShardWeights.of(layout, going, Published::second));
    }

    /** Of a vector that was fitted, whose units and channels are other ones than those that have moments. */
    public static OldShards fitted(ShardWeights whole) {
        return new OldShards(List.of(whole), List.of(), List.of());
    }

    public boolean haveMoments() {
        return !first.isEmpty();
    }
}
