package io.tinyclip.cluster;

import io.tinyclip.engine.InstalledTorch;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The libtorch that the environment names instead of the jar's; the engine would otherwise look for it in the network. */
final class OtherLibtorch {
    /** The one that the jar's bridge between Java and libtorch was built for. */
    static final String VERSION = "2.7.1";

    private static final String PATH = "PYTORCH_LIBRARY_PATH";
    private static final String RELEASE = "PYTORCH_VERSION";
    private static final String FLAVOR = "PYTORCH_FLAVOR";

    private static final String CPU = "cpu";

    /** The jar's bridge for any CUDA: it calls libtorch alone, whatever that was built with. */
    private static final String CUDA = "cu128";

    private OtherLibtorch() {}

    /**
     * Checks what is named. Version and flavor are found out where the environment leaves them out, and believed where it does
     * not.
     *
     * @param environment value of a variable; null where it is not set
     * @param gpus whether there are any; what is built for them does not load without their driver
     * @return variables that the engine must be told besides
     * @throws InvalidInputException naming the variable that must change
     */
    static Map<String, String> require(Function<String, @Nullable String> environment, BooleanSupplier gpus) {
        String version = value(environment, RELEASE);
        if (!version.isEmpty() && !version.equals(VERSION)) {
            throw new InvalidInputException(RELEASE + " [" + version + "] is not the one that this jar is made for; "
                    + "install PyTorch " + VERSION + " and set " + RELEASE + "=" + VERSION);
        }
        String path = value(environment, PATH);
        if (path.isEmpty()) {
            return Map.of();
        }
        Path folder = InstalledTorch.library(path)
                .orElseThrow(() -> new InvalidInputException(PATH + " [" + path + "] has no libtorch.so; name the "
                        + "folder torch/lib of an installed PyTorch " + VERSION));
        String flavor = environment.apply(FLAVOR);
        if (flavor != null) {
            requireBridge(flavor);
            return Map.of();
        }
        InstalledTorch torch = InstalledTorch.at(folder)
                .orElseThrow(() -> new InvalidInputException(PATH + " [" + path + "] has neither a version.py nor a "
                        + "build-version beside it that says which PyTorch it is; name the folder torch/lib of an "
                        + "installed PyTorch " + VERSION));
        if (!torch.release().equals(VERSION)) {
            throw new InvalidInputException(PATH + " [" + path + "] is of PyTorch " + torch.version()
                    + ", and the bridge in this jar fits " + VERSION + " alone; pip install torch==" + VERSION
                    + " and name its torch/lib, or unset " + PATH);
        }
        return Map.of(RELEASE, VERSION, FLAVOR, torch.hasCuda() && gpus.getAsBoolean() ? CUDA : CPU);
    }

    private static void requireBridge(String flavor) {
        if (!List.of(CPU, CUDA).contains(flavor)) {
            throw new InvalidInputException(FLAVOR + " [" + flavor + "] must say what the libtorch in " + PATH
                    + " is made for: " + CPU + ", or " + CUDA + " for any CUDA; or unset it");
        }
    }

    private static String value(Function<String, @Nullable String> environment, String name) {
        String value = environment.apply(name);
        return value == null ? "" : value;
    }
}
