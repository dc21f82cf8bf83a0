package io.tinyclip.engine;

import io.tinyclip.engine.Gpus.Gpu;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * The tensor engine of this process.
 *
 * <p>Every thread that computes uses one intra-op thread and the plain executor: then the bits of a product depend neither
 * on the number of cores nor on how often a kernel ran before. libtorch keeps both settings a thread.
 */
public final class Torch {
    private static final Libtorch LIBTORCH = ServiceLoader.load(Libtorch.class, Torch.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the class path offers no " + Libtorch.class.getName()));

    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

    private Torch() {}

    /** A scope on the processor, whose tensors live until it is closed. */
    public static TensorScope newScope() {
        return newScope(ComputeDevice.CPU);
    }

    /** A scope on the device, whose tensors live until it is closed. */
    public static TensorScope newScope(ComputeDevice device) {
        TensorScope scope = LIBTORCH.newScope(device);
        // Again for each: it costs little, and the first one loads the engine.
        NumericSwitches.ofThisProcess().fix();
        prepareThread();
        return scope;
    }

    /**
     * Checks that kernels can compute on the device, and have the same bits there at every run. Starts the engine only if
     * nothing else is amiss.
     *
     * @throws io.tinyclip.model.InvalidInputException if not, in one line with the remedy
     */
    public static void require(ComputeDevice device) {
        if (device.isGpu()) {
            new GpuRequirements(Gpus.ofThisMachine().all(), GpuEnvironment.seen(), LIBTORCH::hasCuda).require(device);
        }
    }

    /** Whether this machine shows this process a GPU; does not start the engine. */
    public static boolean seesGpus() {
        return !Gpus.ofThisMachine().all().isEmpty();
    }

    /** Switches the calling thread's autograd on or off, after preparing the thread where that is due. */
    public static void gradients(boolean on) {
        prepareThread();
        LIBTORCH.gradients(on);
    }

    /** The engine's name and version, part of the numeric class. */
    public static String version() {
        return "libtorch " + LIBTORCH.version();
    }

    /** Where libtorch is unpacked; does not start it. */
    public static Path folder() {
        return LIBTORCH.folder();
    }

    /** The device's model, and the driver's version; part of the numeric class. The processor is only called cpu. */
    public static String model(ComputeDevice device) {
        if (!device.isGpu()) {
            return device.name();
        }
        Gpus gpus = Gpus.ofThisMachine();
        Gpu gpu = gpus.all().get(device.gpu().orElseThrow());
        return gpu.model() + " of compute capability " + gpu.capability() + " with driver " + gpus.driverVersion()
                + ", deterministic, without TF32";
    }

    private static void prepareThread() {
        if (!PREPARED.get()) {
            LIBTORCH.prepareThread();
            PREPARED.set(true);
        }
    }
}
