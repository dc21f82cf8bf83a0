package io.tinyclip.cluster.bench;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.util.List;

/** Tensor work whose kernels are timed. Installing weights is no kernel: a lone trainer need not do it. */
record ClockedCompute(StepCompute compute, KernelClock clock) implements StepCompute {
    @Override
    public void install(Cursor cursor, Layout layout, FloatVector vector) {
        compute.install(cursor, layout, vector);
    }

    @Override
    public void prepare(Cursor cursor, int partition) {
        clock.run(() -> {
            compute.prepare(cursor, partition);
            return partition;
        });
    }

    @Override
    public PartitionFeatures features(Cursor cursor, int partition) {
        return clock.run(() -> compute.features(cursor, partition));
    }

    @Override
    public float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all) {
        return clock.run(() -> compute.logSumExps(cursor, partition, all));
    }

    @Override
    public Contribution gradient(Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> logSumExps) {
        return clock.run(() -> compute.gradient(cursor, partition, all, logSumExps));
    }

    @Override
    public void close() {
        compute.close();
    }
}
