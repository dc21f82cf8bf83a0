package io.tinyclip.engine;

import com.sun.jna.NativeLibrary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Variables that NVIDIA's libraries and libtorch read when they load, as those libraries see them. Java's own view of the
 * environment is a copy of what it was at the start; the C library's can be completed before they are loaded.
 */
public final class GpuEnvironment {
    /** How much memory cuBLAS works in decides in which order it adds; without a fixed size it may change its mind. */
    static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";

    static final String WORKSPACE_SIZE = ":4096:8";

    /** Whether NVIDIA's libraries round factors to 11 bits, whatever libtorch tells them. */
    static final String ROUNDING = "NVIDIA_TF32_OVERRIDE";

    /** The same, read by libtorch. */
    static final String TORCH_ROUNDING = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

    private static final Map<String, String> FIXED =
            Map.of(WORKSPACE, WORKSPACE_SIZE, ROUNDING, "0", TORCH_ROUNDING, "0");

    private static final int KEEP = 0;

    private GpuEnvironment() {}

    /**
     * Sets for this process what its bits need and nobody has set otherwise. Before the engine starts, while no other thread
     * asks for variables. Programs that this one starts do the same for themselves.
     */
    public static void complete() {
        FIXED.forEach((name, value) ->
                NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {name, value, KEEP}));
    }

    /** Those of the variables that are set. */
    static Map<String, String> seen() {
        Map<String, String> seen = new LinkedHashMap<>();
        FIXED.keySet().forEach(name -> value(name).ifPresent(value -> seen.put(name, value)));
        return seen;
    }

    private static Optional<String> value(String name) {
        return Optional.ofNullable(
                NativeLibrary.getProcess().getFunction("getenv").invokeString(new Object[] {name}, false));
    }
}
