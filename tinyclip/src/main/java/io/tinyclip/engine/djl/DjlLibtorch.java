package io.tinyclip.engine.djl;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.EngineStartException;
import io.tinyclip.engine.InstalledTorch;
import io.tinyclip.engine.Libtorch;
import io.tinyclip.engine.TensorScope;
import java.nio.file.Path;
import java.util.Optional;

/** libtorch through DJL: the one in the jar, or the one that the environment names. */
public final class DjlLibtorch implements Libtorch {
    static {
        // DJL otherwise asks the network for models, and a cloud's metadata service where it runs.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    /** Called by the service loader. */
    public DjlLibtorch() {}

    @Override
    public TensorScope newScope(ComputeDevice device) {
        Device on = device.isGpu() ? Device.gpu(device.gpu().orElseThrow()) : Device.cpu();
        return new DjlScope((PtNDManager) engine().newBaseManager(on));
    }

    @Override
    public void prepareThread() {
        JniUtils.setNumThreads(1);
        JniUtils.setGraphExecutorOptimize(false);
    }

    @Override
    public void gradients(boolean on) {
        JniUtils.setGradMode(on);
    }

    /** {@inheritDoc} DJL takes any for the one that it was built for. */
    @Override
    public String version() {
        String own = engine().getVersion();
        return Optional.ofNullable(System.getenv("PYTORCH_LIBRARY_PATH"))
                .flatMap(InstalledTorch::library)
                .flatMap(InstalledTorch::at)
                .map(InstalledTorch::release)
                .orElse(own);
    }

    @Override
    public boolean hasCuda() {
        return engine().hasCapability(StandardCapabilities.CUDA);
    }

    @Override
    public Path folder() {
        return Utils.getEngineCacheDir();
    }

    private static ai.djl.engine.Engine engine() {
        try {
            return ai.djl.engine.Engine.getEngine("PyTorch");
        } catch (EngineException e) {
            throw new EngineStartException(e);
        }
    }
}
