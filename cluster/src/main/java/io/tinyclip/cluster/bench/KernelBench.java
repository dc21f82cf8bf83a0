package io.tinyclip.cluster.bench;

import io.tinyclip.cluster.bench.Figure.Limit;
import io.tinyclip.compute.ProductBenchmark;
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

/** A worker's step, without any actor, beside products of matrices on as many threads. */
final class KernelBench {
    private static final double GIGA = 1e9;
    static final String UNIT = "GFLOP/s";

    private final int threads;
    private final int productSize;
    private final int products;

    /** @param products of that size a thread and round */
    KernelBench(int threads, int productSize, int products) {
        this.threads = threads;
        this.productSize = productSize;
        this.products = products;
    }

    /** One figure: the student's useful operations a second; that a forward may be repeated to save memory costs time. */
    Figure run(Workload workload, Precision precision, int rounds) {
        RunPlan plan = workload.plan(1);
        Layout layout = workload.layout();
        FloatVector vector = FloatVector.of(workload.vector());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Double> limits = new ArrayList<>();
        try (StepCompute compute = workload.compute(plan, precision).get()) {
            double[] seconds = Medians.seconds(
                    1,
                    rounds,
                    () -> limits.add(ProductBenchmark.gigaflops(precision, productSize, threads, products)),
                    () -> step(compute, plan, layout, vector, pool));
            double limit = Medians.of(limits.stream().mapToDouble(d -> d).toArray());
            String name = "step of the " + workload.name() + ", " + plan.globalBatch() + " pairs, " + precision.word();
            return Figure.of(
                    Section.KERNELS,
                    name,
                    workload.operations() / seconds[1] / GIGA,
                    UNIT,
                    new Limit(
                            "products of " + productSize + " x " + productSize + ", " + threads + " threads, "
                                    + precision.word(),
                            limit));
        } finally {
            pool.shutdown();
        }
    }

    /** Features, log-sum-exps and gradients of all partitions, with the optimizer left out. @return the loss */
    static double step(StepCompute compute, RunPlan plan, Layout layout, FloatVector vector, ExecutorService pool) {
        Cursor cursor = plan.start();
        compute.install(cursor, layout, vector);
        List<PartitionFeatures> features = each(plan, pool, p -> compute.features(cursor, p));
        List<float[]> sums = each(plan, pool, p -> compute.logSumExps(cursor, p, features));
        double loss = each(plan, pool, p -> {
                    Contribution share = compute.gradient(cursor, p, features, sums);
                    share.gradient().free();
                    return share.loss();
                })
                .stream()
                .mapToDouble(share -> share)
                .sum();
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("the loss of random weights is not finite");
        }
        return loss;
    }

    private static <T> List<T> each(RunPlan plan, ExecutorService pool, IntFunction<T> work) {
        List<CompletableFuture<T>> running = new ArrayList<>();
        for (int partition = 0; partition < plan.partitions(); partition++) {
            int p = partition;
            running.add(CompletableFuture.supplyAsync(() -> work.apply(p), pool));
        }
        return running.stream().map(CompletableFuture::join).toList();
    }
}
