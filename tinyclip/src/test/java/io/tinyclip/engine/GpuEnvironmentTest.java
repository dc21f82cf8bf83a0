package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.NativeLibrary;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GpuEnvironmentTest {
    private static final Map<String, String> FIXED = Map.of(
            "CUBLAS_WORKSPACE_CONFIG", ":4096:8", "NVIDIA_TF32_OVERRIDE", "0", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "0");

    @BeforeEach
    @AfterEach
    void forget() {
        FIXED.keySet().forEach(name -> call("unsetenv", name));
    }

    @Test
    void whatNobodySetIsSetForLibraries() {
        assertEquals(Map.of(), GpuEnvironment.seen());
        GpuEnvironment.complete();
        assertEquals(FIXED, GpuEnvironment.seen());
    }

    @Test
    void whatSomebodySetStays() {
        call("setenv", "CUBLAS_WORKSPACE_CONFIG", ":16:8", 1);
        GpuEnvironment.complete();
        assertEquals(":16:8", GpuEnvironment.seen().get("CUBLAS_WORKSPACE_CONFIG"));
        assertEquals("0", GpuEnvironment.seen().get("NVIDIA_TF32_OVERRIDE"));
    }

    private static void call(String function, Object... arguments) {
        assertEquals(0, NativeLibrary.getProcess().getFunction(function).invokeInt(arguments));
    }
}
