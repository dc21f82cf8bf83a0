package io.tinyclip.actors.worker;

import io.tinyclip.step.LeftOut;
import io.tinyclip.step.ShardPin;
import java.util.List;

/**
 * What a partition's gradient came to, beside what was added to its node's sum.
 *
 * @param loss the partition's share; shares add up
 * @param entropy the partition's share of the targets' entropy
 * @param leftOut the partition's samples that cannot be used
 * @param pins what shards were found to hold that it has used
 */
public record GradientShare(double loss, double entropy, LeftOut leftOut, List<ShardPin> pins) {
    public GradientShare {
        pins = List.copyOf(pins);
    }

    /** Of a partition with all its samples. */
    public GradientShare(double loss, double entropy) {
        this(loss, entropy, LeftOut.NONE, List.of());
    }
}
