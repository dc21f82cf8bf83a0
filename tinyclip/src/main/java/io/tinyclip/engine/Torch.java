package io.tinyclip.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.tinyclip.engine.Gpus.Gpu;

/**
 * The tensor engine of this process.
 *
 * <p>Every thread that computes uses one intra-op thread and the plain executor: then the bits of a product depend neither
 * on the number of cores nor on how often a kernel ran before. libtorch keeps both settings a thread.
 */
public final class Torch {
    static {
        // DJL otherwise asks the network for models, and a cloud's metadata service where it runs.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

    private Torch() {}

    /** A manager of the processor's, whose arrays live until it is closed. */
    public static NDManager newManager() {
        return newManager(ComputeDevice.CPU);
    }

    /** A manager whose arrays live on the device until it is closed. */
    public static NDManager newManager(ComputeDevice device) {
        NDManager manager = engine().newBaseManager(device.device());
        prepareThread();
        return manager;
    }

    /**
     * Checks that kernels can compute on the device, and have the same bits there at every run. Starts the engine only if
     * nothing else is amiss.
     *
     * @throws io.tinyclip.model.InvalidInputException if not, in one line with the remedy
     */
    public static void require(ComputeDevice device) {
        if (device.isGpu()) {
            new GpuRequirements(Gpus.ofThisMachine().all(), System.getenv(), Torch::hasCuda).require(device);
        }
    }

    /** Switches the calling thread's autograd on or off, after preparing the thread where that is due. */
    public static void gradients(boolean on) {
        prepareThread();
        JniUtils.setGradMode(on);
    }

    /** The engine's name and version, part of the numeric class. */
    public static String version() {
        return "libtorch " + engine().getVersion();
    }

    /** The device's model, and the driver's version; part of the numeric class. The processor is only called cpu. */
    public static String model(ComputeDevice device) {
        if (!device.isGpu()) {
            return device.name();
        }
        Gpus gpus = Gpus.ofThisMachine();
        Gpu gpu = gpus.all().get(device.gpu().orElseThrow());
        return gpu.model() + " of compute capability " + gpu.capability() + " with driver " + gpus.driverVersion();
    }

    private static boolean hasCuda() {
        return engine().hasCapability(StandardCapabilities.CUDA);
    }

    private static Engine engine() {
        return Engine.getEngine("PyTorch");
    }

    private static void prepareThread() {
        if (!PREPARED.get()) {
            JniUtils.setNumThreads(1);
            JniUtils.setGraphExecutorOptimize(false);
            PREPARED.set(true);
        }
    }
}
