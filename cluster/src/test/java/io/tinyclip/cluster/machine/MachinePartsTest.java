package io.tinyclip.cluster.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.kernel.Precision;
import io.tinyclip.numeric.NumericClass;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MachinePartsTest {
    @Test
    void namesOnlyVariablesThatCanChangeBits() {
        Map<String, String> environment =
                Map.of("ONEDNN_MAX_CPU_ISA", "AVX2", "HOME", "/root", "OMP_NUM_THREADS", "2", "MKLROOT", "/opt");
        assertEquals(
                "{OMP_NUM_THREADS=2, ONEDNN_MAX_CPU_ISA=AVX2}",
                MachineParts.steering(environment).toString());
    }

    /** As a container's runtime and an image set them. */
    @Test
    void machinesOfOneKindAreOfOneNameWhicheverGpuAContainerSees() {
        Map<String, String> environment = Map.of(
                "NVIDIA_VISIBLE_DEVICES", "GPU-8932f937",
                "NVIDIA_REQUIRE_CUDA", "cuda>=13.0",
                "NVIDIA_TF32_OVERRIDE", "0",
                "PYTORCH_LIBRARY_PATH", "/opt/torch/lib",
                "PYTORCH_FLAVOR", "cu128",
                "TORCH_CUDA_ARCH_LIST", "9.0a",
                "PYTORCH_VERSION_CHECKS", "off",
                "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1");
        assertEquals(
                "{NVIDIA_TF32_OVERRIDE=0, PYTORCH_VERSION_CHECKS=off, TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1}",
                MachineParts.steering(environment).toString());
    }

    @Test
    void aCrowdedEnvironmentStaysWithinTheBoundsOfAClass() {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            environment.put("MKL_" + i, "x".repeat(5000));
        }
        NumericClass crowded = MachineParts.numericClass(new FakeEngine(), Precision.FP32, environment);
        assertTrue(crowded.parts().size() <= NumericClass.MOST_ENTRIES);
    }

    @Test
    void nameStartsWithTheEngineAndTellsThePrecision() {
        String name = MachineParts.numericClass(new FakeEngine(), Precision.BF16, Map.of())
                .name();
        assertTrue(name.startsWith("engine arithmetic 1; jdk " + Runtime.version()), name);
        assertTrue(name.contains("; device abacus; precision bf16; "), name);
    }
}
