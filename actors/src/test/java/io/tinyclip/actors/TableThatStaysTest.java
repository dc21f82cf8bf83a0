package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.TrainedRanges;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.rounding.Rounding;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TableThatStaysTest {
    private static final int STEPS = 4;
    private static final int WORKERS = 2;

    @TempDir
    Path folder;

    private final Layout layout = Layout.of(Fixture.SHAPE, Fixture.TOKEN_ROWS, false, false);

    @Test
    void travelsToAWorkerOnceAPhaseAndToServersNever() throws Exception {
        OptimizerPlan optimizer = new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5);
        RunPlan trained = plan(optimizer);
        long all = layout.size();
        assertEquals(new Fetched(STEPS * WORKERS * all, STEPS * WORKERS * all), fetched(trained));
        RunPlan stays = plan(optimizer.tokenRate(0));
        long less = all - (long) Fixture.TOKEN_ROWS * 64;
        assertEquals(less, TrainedRanges.count(stays.optimizer(), layout));
        assertEquals(new Fetched(WORKERS * (all + (STEPS - 1) * less), STEPS * WORKERS * less), fetched(stays));
    }

    /** Rounded weights go to workers alone; who runs in one process keeps no copies. */
    private static RunPlan plan(OptimizerPlan optimizer) {
        RunPlan like = Fixture.compress();
        return new RunPlan(1, 32, 8, 4, List.of(new StagePlan(1, 0, STEPS)), false, optimizer, like.mask())
                .with(new WirePlan(Rounding.BF16, Rounding.FP32, Rounding.FP32));
    }

    /** In floats. */
    private record Fetched(long weights, long sums) {}

    private Fetched fetched(RunPlan plan) throws Exception {
        Counting plane = new Counting();
        RunSetup setup = Fixture.setup(
                plan,
                WORKERS,
                2,
                folder.resolve(Double.toString(plan.optimizer().tokenRate())));
        EmbeddedRun.startApart(setup, new Recorder(), () -> plane)
                .outcome()
                .toCompletableFuture()
                .get();
        return new Fetched(plane.weights.get(), plane.sums.get());
    }

    private static final class Counting extends WatchedPlane {
        private final AtomicLong weights = new AtomicLong();
        private final AtomicLong sums = new AtomicLong();

        @Override
        public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
            if (handle.key().contains("/rounded")) {
                weights.addAndGet(to - from);
            } else if (handle.key().contains("gradient/")) {
                sums.addAndGet(to - from);
            }
            return super.fetch(handle, from, to);
        }
    }
}
