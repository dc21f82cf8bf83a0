package io.tinyclip.engine;

import java.nio.file.Path;

/** A way to libtorch. The class path offers one, by {@code META-INF/services}; {@link Torch} is who asks it. */
public interface Libtorch {
    /**
     * A scope on the device; starts the engine where that is due.
     *
     * @throws EngineStartException if libtorch cannot be loaded
     */
    TensorScope newScope(ComputeDevice device);

    /** Has the calling thread compute with one intra-op thread and the plain executor, until it ends. */
    void prepareThread();

    /** Switches the calling thread's autograd on or off. */
    void gradients(boolean on);

    /** The version of libtorch. */
    String version();

    /** Whether this libtorch has CUDA. */
    boolean hasCuda();

    /** Where it unpacks its libraries, whether it has done so or not; does not start it. */
    Path folder();
}
