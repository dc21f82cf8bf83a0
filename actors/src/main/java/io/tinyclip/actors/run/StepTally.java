package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.StepMeasures;
import io.tinyclip.optimize.BlockSums;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.LeftOut;
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
    private final LeftOut[] leftOut;
    private final BitSet done = new BitSet();
    private final Map<Integer, double[]> squaredNorms = new TreeMap<>();
    private double sparsityExpected = Double.NaN;

    StepTally(int partitions, int shards) {
        this.shards = shards;
        this.losses = new double[partitions];
        this.entropies = new double[partitions];
        this.leftOut = new LeftOut[partitions];
    }

    void partitionDone(CoordinatorCommand.PartitionDone it) {
        if (!done.get(it.partition())) {
            done.set(it.partition());
            losses[it.partition()] = it.loss();
            entropies[it.partition()] = it.entropy();
            leftOut[it.partition()] = it.leftOut();
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
    Totals totals(RunPlan plan) {
        double[] blocks =
                squaredNorms.values().stream().flatMapToDouble(Arrays::stream).toArray();
        double norm = StrictMath.sqrt(BlockSums.total(blocks));
        double loss = BlockSums.total(losses);
        float clipScale = (float) Math.min(1, plan.optimizer().clipNorm() / (norm + CLIP_EPSILON));
        LeftOut bad = Arrays.stream(leftOut).reduce(LeftOut.NONE, LeftOut::plus);
        boolean skip = !Double.isFinite(norm) || bad.count() == plan.globalBatch();
        return new Totals(loss, loss - BlockSums.total(entropies), norm, clipScale, sparsityExpected, bad, skip);
    }

    /** @param skip whether the update would poison the weights, or there is nothing to learn from */
    record Totals(
            double loss,
            double divergence,
            double norm,
            float clipScale,
            double sparsityExpected,
            LeftOut leftOut,
            boolean skip) {
        /** @param seconds since the step before was committed */
        StepMeasures measures(double seconds) {
            return new StepMeasures(loss, divergence, norm, sparsityExpected, seconds, leftOut);
        }

        /** @param before where the run stood. @param seconds since the step before was committed */
        RunListener.StepCommitted told(Position before, Rates rates, double seconds) {
            return new RunListener.StepCommitted(
                    before.cursor(),
                    loss,
                    divergence,
                    norm,
                    sparsityExpected,
                    rates,
                    skip,
                    seconds,
                    leftOut,
                    before.bad() + leftOut.count());
        }
    }
}
