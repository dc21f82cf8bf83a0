package io.tinyclip.actors.run;

import io.tinyclip.actors.message.StepMeasures;
import io.tinyclip.optimize.BlockSums;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** Collects what one step's commit is decided from. The first answer wins; a second one changes nothing. */
final class StepTally {
    /** Keeps a norm of 0 from dividing by 0 (PyTorch's clip_grad_norm_ adds the same). */
    private static final double CLIP_EPSILON = 1e-6;

    private final int shards;
    private final double[] losses;
    private final double[] entropies;
    private final BitSet done = new BitSet();
    private final Map<Integer, double[]> squaredNorms = new TreeMap<>();
    private double sparsityExpected = Double.NaN;

    StepTally(int partitions, int shards) {
        this.shards = shards;
        this.losses = new double[partitions];
        this.entropies = new double[partitions];
    }

    void partitionDone(int partition, double loss, double entropy) {
        if (!done.get(partition)) {
            done.set(partition);
            losses[partition] = loss;
            entropies[partition] = entropy;
        }
    }

    /** @param sparsity NaN from shards without masks */
    void reduced(int shard, double[] norms, double sparsity) {
        if (squaredNorms.putIfAbsent(shard, norms) == null && !Double.isNaN(sparsity)) {
            sparsityExpected = sparsity;
        }
    }

    boolean isReduced(int shard) {
        return squaredNorms.containsKey(shard);
    }

    boolean complete() {
        return done.cardinality() == losses.length && squaredNorms.size() == shards;
    }

    /** What a complete step adds up to, in an order that knows neither workers nor servers. */
    Totals totals(OptimizerPlan plan) {
        double[] blocks =
                squaredNorms.values().stream().flatMapToDouble(Arrays::stream).toArray();
        double norm = StrictMath.sqrt(BlockSums.total(blocks));
        double loss = BlockSums.total(losses);
        float clipScale = (float) Math.min(1, plan.clipNorm() / (norm + CLIP_EPSILON));
        return new Totals(loss, loss - BlockSums.total(entropies), norm, clipScale, sparsityExpected);
    }

    record Totals(double loss, double divergence, double norm, float clipScale, double sparsityExpected) {
        /** Whether the update would poison the weights. */
        boolean skip() {
            return !Double.isFinite(norm);
        }

        /** @param seconds since the step before was committed */
        StepMeasures measures(double seconds) {
            return new StepMeasures(loss, divergence, norm, sparsityExpected, seconds);
        }

        /** @param seconds since the step before was committed */
        RunListener.StepCommitted told(Cursor cursor, Rates rates, double seconds) {
            return new RunListener.StepCommitted(
                    cursor, loss, divergence, norm, sparsityExpected, rates, skip(), seconds);
        }
    }
}
