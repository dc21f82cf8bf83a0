package io.tinyclip.cluster.bench;

import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/**
 * A worker's steps one after the other, without any actor and without the optimizer: all have the same weights and the same
 * pairs in the same places, so the same loss. Each comes after the one before it in a plan, so that the next one's pairs are loaded
 * meanwhile where the workload loads ahead. On a GPU the last backward of a step may end within the next one, before its weights are
 * there.
 */
final class WorkerSteps implements AutoCloseable {
    /** More than anybody waits for. */
    private static final int STEPS = Integer.MAX_VALUE;

    private final RunPlan plan;
    private final Layout layout;
    private final FloatVector vector;
    private final ExecutorService pool;
    private final StepCompute compute;
    private Cursor cursor;

    /**
     * The steps of a workload.
     *
     * @param vector (P,) of the student
     * @param threads that compute partitions
     */
    WorkerSteps(Workload workload, Precision precision, FloatVector vector, int threads) {
        this.plan = workload.plan(STEPS);
        this.layout = workload.layout();
        this.vector = vector;
        this.compute = workload.compute(plan, precision).get();
        this.pool = Executors.newFixedThreadPool(threads);
        this.cursor = plan.start();
    }

    /** Features, log-sum-exps and gradients of all partitions of the next step. @return the loss */
    double next() {
        Cursor now = cursor;
        compute.install(now, layout, vector);
        List<PartitionFeatures> features = each(p -> compute.features(now, p));
        List<float[]> sums = each(p -> compute.logSumExps(now, p, features));
        double loss = each(p -> {
                    Contribution share = compute.gradient(now, p, features, sums);
                    share.gradient().free();
                    return share.loss();
                })
                .stream()
                .mapToDouble(share -> share)
                .sum();
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("the loss of random weights is not finite");
        }
        cursor = plan.next(now);
        return loss;
    }

    private <T> List<T> each(IntFunction<T> work) {
        List<CompletableFuture<T>> running = new ArrayList<>();
        for (int partition = 0; partition < plan.partitions(); partition++) {
            int p = partition;
            running.add(CompletableFuture.supplyAsync(() -> work.apply(p), pool));
        }
        return running.stream().map(CompletableFuture::join).toList();
    }

    @Override
    public void close() {
        pool.shutdown();
        compute.close();
    }
}
