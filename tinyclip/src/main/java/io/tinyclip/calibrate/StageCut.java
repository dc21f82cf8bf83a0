package io.tinyclip.calibrate;

import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.StagePlan;
import java.util.function.BooleanSupplier;

/** Cuts a student for a stage; decides by the student, the stage and the run's data alone. */
@FunctionalInterface
public interface StageCut {
    /** Where no stage is cut by calibration. */
    StageCut NONE = (layout, vector, widths, stage, wanted) -> {
        throw new IllegalStateException("no stage is cut by calibration");
    };

    /**
     * Takes as long as calibration takes.
     *
     * @param layout of the student, without masks
     * @param vector (P,) of it; stays as it is
     * @param widths which of the teacher's text channels it has
     * @param wanted whether somebody still waits for the cut; asked now and then, by the calling thread
     * @throws java.util.concurrent.CancellationException if nobody does
     */
    CalibratedCut cut(Layout layout, FloatVector vector, WidthMap widths, StagePlan stage, BooleanSupplier wanted);
}
