package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.kernel.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NumericClassTest {
    @Test
    void namesTheProcessorAndItsVectorInstructionsInAFixedOrder() {
        List<String> lines = List.of(
                "processor\t: 0", "model name\t: Some CPU @ 2GHz", "flags\t\t: sse avx512f fma fpu avx2 amx_bf16 avx");
        assertEquals("Some CPU @ 2GHz amx_bf16 avx avx2 avx512f fma", NumericClass.processor(lines));
    }

    @Test
    void doesWithoutAProcessorList() {
        assertTrue(NumericClass.processor(List.of()).contains("flags unknown"));
    }

    @Test
    void tellsPrecisionsAndEnginesApart() {
        assertTrue(NumericClass.name("engine 1", Precision.BF16).startsWith("engine 1; jdk " + Runtime.version()));
        assertTrue(NumericClass.name("engine 1", Precision.BF16).endsWith("; 1 thread a partition; bf16"));
    }
}
