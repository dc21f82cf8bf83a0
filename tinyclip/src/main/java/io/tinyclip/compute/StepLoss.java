package io.tinyclip.compute;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.loss.AffinityKernel;
import io.tinyclip.loss.GlobalBatch;
import io.tinyclip.loss.LossCompute;
import io.tinyclip.loss.LossShare;
import io.tinyclip.loss.Positives;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.PartitionFeatures;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The loss of a step's partitions, and what the workers of a process share of it. */
final class StepLoss {
    private final ClipCompute.Setup setup;
    private final BatchLoader loader;
    private final LossShare share;
    private final LossCompute loss;
    private Optional<GlobalBatch> batch = Optional.empty();

    StepLoss(ClipCompute.Setup setup, BatchLoader loader) {
        this.setup = setup;
        this.loader = loader;
        this.share = setup.memory().graphs().share(setup.device());
        this.loss = new LossCompute(
                share.join(),
                setup.plan().loss(),
                setup.plan().partitionSize(),
                setup.logitScale(),
                LossCompute.Tiling.of(setup.device(), setup.memory().graphs().tiles()));
    }

    /**
     * What all partitions of a step have in common.
     *
     * @param scale the student's logit scale where it is learned
     * @param all features of the V partitions, in order
     */
    record Everybody(Cursor cursor, OptionalDouble scale, List<PartitionFeatures> all) {}

    /** Of a partition that has a pair. */
    float[] logSumExps(TensorScope scope, int partition, Everybody step) {
        return loss.logSumExps(place(scope, partition, step));
    }

    /** Of a partition that has a pair. */
    AffinityKernel.Result gradient(TensorScope scope, int partition, Everybody step, List<float[]> logSumExps) {
        return loss.loss(place(scope, partition, step), logSumExps);
    }

    private LossCompute.Place place(TensorScope scope, int partition, Everybody step) {
        return new LossCompute.Place(scope, joined(step), partition, step.scale);
    }

    /** What all partitions share is made once a step, whichever partition asks first, of whichever worker here. */
    private synchronized GlobalBatch joined(Everybody step) {
        if (batch.isEmpty()) {
            RunPlan plan = setup.plan();
            batch = Optional.of(share.batch(new LossShare.Contents(
                    plan.loss(), plan.partitionSize(), setup.logitScale(), step.scale, positives(step), step.all)));
        }
        return batch.get();
    }

    private Positives positives(Everybody step) {
        RunPlan plan = setup.plan();
        if (!plan.loss().paired()) {
            return Positives.NONE;
        }
        return Positives.of(loader.identities(plan.dataPosition(step.cursor), plan.globalBatch()), step.all);
    }

    /** The step is over. */
    void release() {
        batch.ifPresent(share::release);
        batch = Optional.empty();
    }

    /** After the last release. */
    void leave() {
        share.leave();
    }
}
