package io.tinyclip.cluster.bench;

import io.tinyclip.cluster.bench.Figure.Limit;
import io.tinyclip.cluster.bench.Figure.Target;
import io.tinyclip.kernel.Precision;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a step costs outside computation, over loopback. */
final class StepBench {
    private static final double MOST_OUTSIDE = 0.05;
    private static final double MOST_DEVIATION = 0.03;
    private static final double MEGABYTE = 1e6;
    private static final String SECONDS = "s";

    private final Workload workload;
    private final Precision precision;
    private final int threads;
    private final int steps;

    /** @param steps that count; one more runs before them */
    StepBench(Workload workload, Precision precision, int threads, int steps) {
        this.workload = workload;
        this.precision = precision;
        this.threads = threads;
        this.steps = steps;
    }

    /** Bytes beside the formula. */
    Figure bytes(int workers, int servers) {
        int all = steps + 1;
        LoopbackRun.Result result = new LoopbackRun(workload, precision, threads).run(workers, servers, all);
        double formula = StepBytes.of(workload).total(workers);
        return Figure.of(
                        Section.BYTES,
                        workers + " workers, " + servers + " servers",
                        result.bytes() / (double) all / MEGABYTE,
                        "MB a step",
                        new Limit("the formula", formula / MEGABYTE))
                .with(Target.within(MOST_DEVIATION));
    }

    /** Seconds outside kernels, beside those of the step; the target holds for the student of ViT-B/32. */
    List<Figure> outside(int workers, int servers) {
        LoopbackRun.Result result = new LoopbackRun(workload, precision, threads).run(workers, servers, steps + 1);
        List<LoopbackRun.Step> counted =
                result.steps().subList(1, result.steps().size());
        String where = workload.name() + ", " + workers + " workers: ";
        double step = median(counted, LoopbackRun.Step::seconds);
        double processor = median(counted, LoopbackRun.Step::processor);
        return List.of(
                Figure.of(
                                Section.STEP,
                                where + "time in which nothing computes",
                                median(
                                        counted,
                                        it -> it.seconds() - it.kernels().any()),
                                SECONDS,
                                new Limit("the step", step))
                        .with(Target.atMost(MOST_OUTSIDE)),
                Figure.of(
                        Section.STEP,
                        where + "time of computing threads outside kernels",
                        median(
                                counted,
                                it -> threads * it.seconds() - it.kernels().all()),
                        SECONDS,
                        new Limit(threads + " threads over the step", threads * step)),
                Figure.of(
                        Section.STEP,
                        where + "processor time outside kernels",
                        median(counted, it -> it.processor() - it.kernels().processor()),
                        SECONDS,
                        new Limit("processor time of the step", processor)));
    }

    private static double median(List<LoopbackRun.Step> steps, ToDoubleFunction<LoopbackRun.Step> of) {
        return Medians.of(steps.stream().mapToDouble(of).toArray());
    }
}
