package io.tinyclip.cluster.bench;

import io.tinyclip.cluster.bench.Figure.Limit;
import io.tinyclip.compute.ProductBenchmark;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import java.util.ArrayList;
import java.util.List;

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
        FloatVector vector = FloatVector.of(workload.vector());
        List<Double> limits = new ArrayList<>();
        try (WorkerSteps steps = new WorkerSteps(workload, precision, vector, threads)) {
            double[] seconds = Medians.seconds(
                    1,
                    rounds,
                    () -> limits.add(ProductBenchmark.gigaflops(precision, productSize, threads, products)),
                    steps::next);
            double limit = Medians.of(limits.stream().mapToDouble(d -> d).toArray());
            String name = "step of the " + workload.name() + ", " + workload.batch() + " pairs, " + precision.word();
            return Figure.of(
                    Section.KERNELS,
                    name,
                    workload.operations() / seconds[1] / GIGA,
                    UNIT,
                    new Limit(
                            "products of " + productSize + " x " + productSize + ", " + threads + " threads, "
                                    + precision.word(),
                            limit));
        }
    }
}
