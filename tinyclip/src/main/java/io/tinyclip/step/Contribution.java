package io.tinyclip.step;

import io.tinyclip.model.FloatVector;

/**
 * What one partition adds to a step.
 *
 * @param gradient (P,) of the mean loss over the global batch; partitions' gradients add up to the whole one. In the
 *     places of running statistics, the partition's batch moments over V, which add up to the partitions' mean
 * @param loss this partition's share of the loss; the shares add up
 * @param entropy this partition's share of the targets' entropy, the least that the loss can be; loss - entropy is the
 *     Kullback-Leibler divergence
 * @param leftOut the partition's samples that count for nothing: all else is that of the batch without them
 */
public record Contribution(Gradient gradient, double loss, double entropy, LeftOut leftOut) {
    /** With a gradient on the host, whose memory is not used again. */
    public Contribution(FloatVector gradient, double loss, double entropy, LeftOut leftOut) {
        this(new HostGradient(gradient, unused -> {}), loss, entropy, leftOut);
    }

    /** Of a partition with all its pairs. */
    public Contribution(FloatVector gradient, double loss, double entropy) {
        this(gradient, loss, entropy, LeftOut.NONE);
    }
}
