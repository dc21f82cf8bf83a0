package io.tinyclip.cluster.run;

import io.tinyclip.calibrate.CalibratedCut;
import io.tinyclip.calibrate.Calibration;
import io.tinyclip.calibrate.LeastSquaresCut;
import io.tinyclip.calibrate.StageCut;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.StagePlan;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts students by calibration with this machine's engine.
 *
 * @param shown told whenever another task than the run's own was shown
 * @param before what earlier cuts of this run have come to
 * @param tables keeps what becomes of token rows that are not in the vector
 */
record CalibratedStages(
        ComputeInput input, Engine engine, Progress progress, Runnable shown, CalibrationsFile before, TableMaps tables)
        implements StageCut {
    private static final Logger LOG = LoggerFactory.getLogger(CalibratedStages.class);

    @Override
    public CalibratedCut cut(
            Layout layout, FloatVector vector, WidthMap widths, StagePlan stage, BooleanSupplier wanted) {
        Start start = input.start();
        MaskPlan plan = input.plan().mask();
        ModelShape teacher = start.teacher().map(Model::shape).orElse(start.shape());
        Costs costs = Costs.of(plan.budget(), teacher);
        long begun = System.nanoTime();
        CalibrationPlan how = stage.calibration().orElseThrow();
        LeastSquaresCut.Budget budget =
                new LeastSquaresCut.Budget(plan, costs, costs.target(stage.keep()), how.width());
        try (Calibration calibration = engine.calibration(input, layout, vector, how.batches())) {
            progress.begin("calibrating", LeastSquaresCut.tried(layout, budget), 0);
            CalibratedCut cut = LeastSquaresCut.cut(layout, vector, budget, calibration, listening(wanted));
            LOG.info(
                    "cut by calibration to [{}] of the teacher's {} in [{}] ms: {}",
                    stage.keep(),
                    plan.budget().unit().word(),
                    (System.nanoTime() - begun) / 1_000_000,
                    cut.kept().shapeAfter(layout.shape()));
            before.require(vector, stage, cut);
            tables.write(stage, widths, cut.table());
            return cut;
        } finally {
            shown.run();
        }
    }

    /** Asks more often than there is something new to show. */
    private IntConsumer listening(BooleanSupplier wanted) {
        AtomicInteger before = new AtomicInteger();
        return done -> {
            if (!wanted.getAsBoolean()) {
                throw new CancellationException("nobody waits for the cut");
            }
            if (before.getAndSet(done) != done) {
                progress.advance(done, "");
            }
        };
    }
}
