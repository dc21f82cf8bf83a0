package io.tinyclip.cluster.machine;

import io.tinyclip.calibrate.Calibration;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.SilencedLoss;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.step.StepCompute;
import java.util.Map;
import java.util.function.Supplier;

/** The tensor library behind a run; tests put arithmetic of their own here. */
public interface Engine {
    /** A model in the library's memory, until it is closed. */
    interface Loaded extends AutoCloseable {
        Embedder embedder();

        @Override
        void close();
    }

    /**
     * The same library on a device of this machine.
     *
     * @throws io.tinyclip.model.InvalidInputException if it cannot compute there, before anything is done
     */
    Engine on(ComputeDevice device);

    /** Name and version, and the device if it is not the processor; part of the numeric class. */
    String version();

    /** What computes, part of the numeric class: {@code cpu}, or a GPU and its model. */
    String device();

    /** What that device can do; asked only where it computes. */
    Capabilities capabilities();

    /** The answers to {@link io.tinyclip.numeric.Probe}, or to a question of the library's own. */
    Map<String, String> answers(Precision precision);

    /**
     * Makes ready, where this machine computes a run, what its workers share; the input's precision must be decided by then.
     *
     * @throws io.tinyclip.model.InvalidInputException if the run cannot be computed here as the settings want it
     */
    default void prepare(ComputeInput input) {}

    /** Makes the tensor work of workers, one a call; the input's precision must be decided by then. */
    Supplier<StepCompute> compute(ComputeInput input);

    /** Makes what measures the teacher with units silenced. */
    SilencedLoss silenced(ComputeInput input);

    /**
     * Makes what calibrates a student for a cut.
     *
     * @param layout of the student, without masks
     * @param vector (P,) of it
     * @param batches of training pairs
     * @throws io.tinyclip.model.InvalidInputException if a batch has no picture that can be used
     */
    Calibration calibration(ComputeInput input, Layout layout, FloatVector vector, int batches);

    /** Makes a model ready to be asked for embeddings. */
    Loaded load(Model model);
}
