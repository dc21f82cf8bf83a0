package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.forecast.StepCost.Point;
import io.tinyclip.cluster.forecast.StepProbe.Measured;
import io.tinyclip.cluster.forecast.StepProbe.Size;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.loss.LossBenchmark;
import io.tinyclip.plan.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures the phases of a run. A step that is short is measured as it is; of a long one fewer and smaller partitions, from which
 * the whole follows: see {@link StepCost}.
 */
final class Probing {
    /** A whole step that takes no longer, in seconds of busy threads, is measured as it is. */
    private static final double SHORT_STEP = 5;
    /** Before phases are measured the process is warmed up for so many times as long. */
    private static final double WARM = 3;
    /** Pairs of a partition at which kernels are as busy as with more. */
    private static final int BUSY = 32;
    /** Of those, in the smaller ones. */
    private static final int FEW = 8;

    private static final int LOSS_PAIRS = 2048;
    private static final int LOSS_PARTITIONS = 16;

    private final Subject subject;
    private final StepProbe probe;
    private final Progress progress;
    private final RunPlan plan;
    private final int threads;
    private final double seconds;

    /** @param seconds for which a phase is measured; at least one step is */
    Probing(Subject subject, Engine engine, double seconds, Progress progress) {
        this.subject = subject;
        this.probe = new StepProbe(subject, engine);
        this.progress = progress;
        this.seconds = seconds;
        this.plan = subject.plan();
        this.threads = subject.settings().free().machine().threads();
    }

    /**
     * What a phase takes.
     *
     * @param step one in which what the teacher says is known
     * @param once besides, such as compiling kernels
     * @param checkpoint one of its checkpoints
     */
    record PhaseCost(Cost step, Cost once, Cost checkpoint) {}

    /**
     * What a run's steps take.
     *
     * @param phases in their order
     * @param teacher what a step takes more in which the teacher is asked
     * @param warming what the process takes more until everything is compiled
     * @param whole whether steps were measured as large as they are
     */
    record Found(List<PhaseCost> phases, Cost teacher, Cost warming, boolean whole) {}

    Found measure(List<PhaseWork> phases) {
        progress.begin("measuring steps", phases.size() + 2L, 0);
        PhaseWork first = phases.get(0);
        Size small = new Size(partitions(), Math.min(plan.partitionSize(), FEW), true, seconds);
        Measured cold = probe.measure(first, new Size(small.partitions(), small.pairs(), true, WARM * seconds));
        Measured warm = probe.measure(first, small);
        Cost warming = cold.first()
                .plus(cold.step().minus(warm.step()).times(cold.steps()))
                .minus(warm.first());
        progress.advance(1, "warm");
        double busy = warm.step().processor() / threads;
        boolean whole = busy * plan.globalBatch() / pairs(small) <= SHORT_STEP;
        Size size = whole
                ? new Size(plan.partitions(), plan.partitionSize(), true, seconds)
                : new Size(small.partitions(), Math.min(plan.partitionSize(), BUSY), true, seconds);
        List<Measured> measured = new ArrayList<>();
        for (PhaseWork phase : phases) {
            measured.add(probe.measure(phase, size));
            progress.advance(measured.size() + 1L, phase.name());
        }
        Optional<Carried> carried =
                whole ? Optional.empty() : Optional.of(carried(first, small, warm, point(size, measured.get(0))));
        List<PhaseCost> costs = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            Measured one = measured.get(i);
            double vectors =
                    (double) phases.get(i).layout().size() / first.layout().size();
            Cost step = carried.map(it -> it.step(vectors, point(size, one))).orElse(one.step());
            costs.add(new PhaseCost(step, one.once(), one.last()));
        }
        Cost teacher = teacher(phases.get(phases.size() - 1), size, measured.get(phases.size() - 1));
        progress.advance(phases.size() + 2L, "teacher");
        return new Found(costs, teacher, warming, whole);
    }

    /** From the parts of a step to the whole. */
    private record Carried(RunPlan plan, StepCost parts, Cost loss, double waves) {
        Cost step(double vectors, Point measured) {
            Cost step = parts.like(vectors, measured).of(plan.partitions(), plan.partitionSize(), waves);
            return step.plus(loss);
        }
    }

    private Carried carried(PhaseWork first, Size small, Measured warm, Point many) {
        Size twice = new Size(2 * small.partitions(), small.pairs(), true, seconds);
        Point more = point(twice, probe.measure(first, twice));
        return new Carried(plan, StepCost.of(point(small, warm), more, many), loss(), waves(small.partitions()));
    }

    /** A power of two that gives every thread a partition, where the plan has as many. */
    private int partitions() {
        int enough = Integer.highestOneBit(Math.max(1, 2 * threads - 1));
        return Math.min(plan.partitions(), enough);
    }

    /** How much better threads are used by the plan's partitions than by so many. */
    private double waves(int measured) {
        double each = Math.ceil((double) measured / threads) / measured;
        return Math.ceil((double) plan.partitions() / threads) / plan.partitions() / each;
    }

    private static Point point(Size size, Measured measured) {
        return new Point(size.partitions(), size.pairs(), measured.step());
    }

    private static double pairs(Size size) {
        return (double) size.partitions() * size.pairs();
    }

    private Cost teacher(PhaseWork phase, Size size, Measured taught) {
        if (!plan.loss().taught()) {
            return Cost.NONE;
        }
        Measured fresh = probe.measure(phase, new Size(size.partitions(), size.pairs(), false, seconds));
        return fresh.step().minus(taught.step()).times(plan.globalBatch() / pairs(size));
    }

    /** The loss compares every pair with every other one: it grows with the square of the batch, which a small step does not show. */
    private Cost loss() {
        if (plan.globalBatch() <= LOSS_PAIRS
                || subject.settings().free().machine().device().isGpu()) {
            return Cost.NONE;
        }
        int embedding = subject.start().shape().embedding();
        try (LossBenchmark loss = new LossBenchmark(LOSS_PAIRS, LOSS_PARTITIONS, embedding, threads)) {
            loss.once();
            Stopwatch watch = new Stopwatch();
            double value = loss.once();
            Cost cost = watch.read();
            if (!Double.isFinite(value)) {
                throw new IllegalStateException("the loss of random features is not finite");
            }
            double more = (double) plan.globalBatch() / LOSS_PAIRS;
            return cost.times(more * more);
        }
    }
}
