package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A worker's tensor work, one task after the other. What is over by the time that it would begin comes to nothing. */
final class WorkerCompute implements AutoCloseable {
    private final RunPlan plan;
    private final Rounding rounding;
    private final ComputeLane lane;

    WorkerCompute(Worker.WorkerTools tools) {
        this.plan = tools.plan();
        this.rounding = plan.wire().features();
        this.lane = new ComputeLane(tools.compute().get(), tools.threads());
    }

    /** @param vector (P,) */
    CompletionStage<Optional<Stamp>> install(StepWork now, FloatVector vector) {
        WorkerCommand.Step step = now.step();
        now.weigh();
        return compute(now, compute -> {
            compute.install(step.stamp().cursor(), step.layout(), vector);
            return step.stamp();
        });
    }

    /** Unless the weights are here: then it would only delay what can be computed. */
    CompletionStage<Cursor> prepare(StepWork now, int partition) {
        return prepare(now.step().stamp().cursor(), partition, () -> now.over() || now.weighed());
    }

    /** @return empty where no step of this phase comes after this one */
    Optional<CompletionStage<Cursor>> prepareNext(StepWork now, int partition) {
        Cursor next = plan.next(now.step().stamp().cursor());
        return plan.phaseComplete(next) ? Optional.empty() : Optional.of(prepare(next, partition, now::over));
    }

    private CompletionStage<Cursor> prepare(Cursor cursor, int partition, BooleanSupplier late) {
        return lane.submit(compute -> {
            if (!late.getAsBoolean()) {
                compute.prepare(cursor, partition);
            }
            return cursor;
        });
    }

    /** Rounded before anybody sees them, this worker included. */
    CompletionStage<Optional<PartitionFeatures>> features(StepWork now, int partition) {
        Cursor cursor = now.step().stamp().cursor();
        return compute(now, compute -> compute.features(cursor, partition).rounded(rounding));
    }

    CompletionStage<Optional<float[]>> logSumExps(StepWork now, int partition) {
        Cursor cursor = now.step().stamp().cursor();
        List<PartitionFeatures> all = now.allFeatures();
        return compute(now, compute -> compute.logSumExps(cursor, partition, all));
    }

    CompletionStage<Optional<GradientShare>> gradient(StepWork now, WorkerEffect.ComputeGradient order) {
        Cursor cursor = now.step().stamp().cursor();
        List<PartitionFeatures> features = now.allFeatures();
        List<float[]> logSumExps = now.allLogSumExps();
        return compute(now, compute -> {
            Contribution found = compute.gradient(cursor, order.partition(), features, logSumExps);
            now.add(order.node(), order.partition(), found.gradient());
            return new GradientShare(
                    found.loss(), found.entropy(), found.leftOut(), compute.pins(cursor, order.partition()));
        });
    }

    private <T> CompletionStage<Optional<T>> compute(StepWork now, Function<StepCompute, T> task) {
        return lane.submit(compute -> now.over() ? Optional.<T>empty() : Optional.of(task.apply(compute)));
    }

    @Override
    public void close() {
        lane.close();
    }
}
