package io.tinyclip.kernel;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

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

    /** A manager whose arrays live until it is closed. */
    static NDManager newManager() {
        Engine engine = Engine.getEngine("PyTorch");
        prepareThread();
        return engine.newBaseManager();
    }

    /** Switches the calling thread's autograd on or off, after preparing the thread where that is due. */
    static void gradients(boolean on) {
        prepareThread();
        JniUtils.setGradMode(on);
    }

    /** The engine's name and version, part of the numeric class. */
    public static String version() {
        return "libtorch " + Engine.getEngine("PyTorch").getVersion();
    }

    private static void prepareThread() {
        if (!PREPARED.get()) {
            JniUtils.setNumThreads(1);
            JniUtils.setGraphExecutorOptimize(false);
            PREPARED.set(true);
        }
    }
}
