package io.tinyclip.inherit;

import java.util.List;
import java.util.function.IntConsumer;

/** Measures how much a teacher's affinities change when some of its units are silenced. */
public interface SilencedLoss extends AutoCloseable {
    /**
     * The change of the affinity loss for each of some sets of units.
     *
     * @param sets masks that are put to 0 together, as indices into the mask segment; of one tower each
     * @param batches of the training data that a change is the mean of, at least 1; the same ones for every set
     * @param measured hears how many sets have been measured
     * @return Kullback-Leibler divergence of the silenced teacher's affinities from the whole one's, by set: what the loss
     *     grows by, as the whole teacher has the least loss that there is
     */
    double[] measure(List<int[]> sets, int batches, IntConsumer measured);

    @Override
    void close();
}
