package io.tinyclip.cluster.command;

import io.tinyclip.calibrate.Calibration;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.SilencedLoss;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.step.StepCompute;
import java.util.Map;
import java.util.function.Supplier;

/** For commands that must end before anything is computed. */
final class NoEngine implements Engine {
    @Override
    public Engine on(ComputeDevice device) {
        return this;
    }

    @Override
    public String version() {
        return "none";
    }

    @Override
    public String device() {
        return "none";
    }

    @Override
    public Capabilities capabilities() {
        throw new AssertionError("nothing may be computed");
    }

    @Override
    public Map<String, String> answers(Precision precision) {
        throw new AssertionError("nothing may be computed");
    }

    @Override
    public Supplier<StepCompute> compute(ComputeInput input) {
        throw new AssertionError("nothing may be trained");
    }

    @Override
    public SilencedLoss silenced(ComputeInput input) {
        throw new AssertionError("nothing may be measured");
    }

    @Override
    public Calibration calibration(ComputeInput input, Layout layout, FloatVector vector, int batches) {
        throw new AssertionError("nothing may be calibrated");
    }

    @Override
    public Loaded load(Model model) {
        throw new AssertionError("no model may be loaded");
    }
}
