package io.tinyclip.cluster.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.kernel.Precision;
import io.tinyclip.numeric.NumericClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MachinePartsTest {
    @Test
    void namesTheVectorInstructionsInAFixedOrder() {
        List<String> lines = List.of("processor\t: 0", "flags\t\t: sse avx512f fma fpu avx2 amx_bf16 avx");
        assertEquals("amx_bf16 avx avx2 avx512f fma", MachineParts.instructions(lines));
    }

    @Test
    void doesWithoutAProcessorList() {
        assertEquals("unknown", MachineParts.instructions(List.of()));
    }

    @Test
    void namesOnlyVariablesThatCanChangeBits() {
        Map<String, String> environment =
                Map.of("ONEDNN_MAX_CPU_ISA", "AVX2", "HOME", "/root", "OMP_NUM_THREADS", "2", "MKLROOT", "/opt");
        assertEquals(
                "{OMP_NUM_THREADS=2, ONEDNN_MAX_CPU_ISA=AVX2}",
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
