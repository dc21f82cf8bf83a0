package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Gpus.Gpu;
import io.tinyclip.kernel.Precision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {
    private static final String AVX2 = "sse4_1 avx avx2 fma avx_vnni avx_ne_convert";
    private static final String AVX512 = "avx avx2 fma avx512f avx512dq avx512bw avx512vl avx512_vnni";
    private static final String BF16 = AVX512 + " avx512_bf16";
    private static final String AMX = BF16 + " avx512_fp16 amx_tile amx_int8 amx_bf16";

    @Test
    void namesTheVectorInstructionsInAFixedOrder() {
        List<String> lines = List.of("model name\t: Some", "flags\t\t: sse smep avx512f fma fpu avx2 amx_bf16 avx");
        assertEquals("amx_bf16 avx avx2 avx512f fma", Processor.of(lines).list());
        assertEquals("Some", Processor.of(lines).model());
    }

    @Test
    void doesWithoutAProcessorList() {
        Processor unknown = Processor.of(List.of());
        assertEquals("unknown", unknown.list());
        assertEquals("unknown", unknown.model());
        assertEquals(Precision.FP32, Precision.fitting(unknown.under(Map.of())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                AVX2 + " | fp32",
                AVX512 + " | fp32",
                BF16 + " | bf16",
                AMX + " | bf16",
                "avx512f amx_tile amx_bf16 | bf16",
                "avx512f amx_bf16 | fp32",
            })
    void bf16FitsAProcessorThatMultipliesIt(String flags, String precision) {
        assertEquals(precision, fitting("flags", flags, Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "AVX2, fp32",
        "avx2_vnni_2, fp32",
        "AVX512_CORE, fp32",
        "AVX512_CORE_VNNI, fp32",
        "AVX512_CORE_BF16, bf16",
        "AVX512_CORE_FP16, bf16",
        "AVX512_CORE_AMX, bf16",
        "AVX10_1_512, bf16",
        "ALL, bf16",
        "DEFAULT, bf16",
        "no such word, bf16",
        "'', bf16",
    })
    void onlyWhatTheEnvironmentLeavesCounts(String limit, String precision) {
        assertEquals(precision, fitting("flags", AMX, Map.of("ONEDNN_MAX_CPU_ISA", limit)));
        assertEquals(precision, fitting("flags", AMX, Map.of("DNNL_MAX_CPU_ISA", limit)));
        assertEquals("fp32", fitting("flags", AVX512, Map.of("ONEDNN_MAX_CPU_ISA", limit)));
    }

    @Test
    void theNewerNameOfTheLimitComesFirst() {
        Map<String, String> both = Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_AMX", "DNNL_MAX_CPU_ISA", "AVX2");
        assertEquals("bf16", fitting("flags", AMX, both));
    }

    @Test
    void withoutTilesAProcessorNeedsTheInstructionsForVectors() {
        String tilesOnly = AVX512 + " amx_tile amx_bf16";
        assertEquals("fp32", fitting("flags", tilesOnly, Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")));
    }

    @Test
    void aarch64TellsBf16AmongItsFeatures() {
        assertEquals("bf16", fitting("Features", "fp asimd asimdhp sve i8mm bf16", Map.of()));
        assertEquals("fp32", fitting("Features", "fp asimd asimdhp crc32", Map.of()));
        assertEquals(
                "asimd asimdhp bf16 i8mm sve",
                Processor.of(List.of("Features\t: fp asimd asimdhp sve i8mm bf16"))
                        .list());
    }

    @Test
    void gpusMultiplyBf16FromAmpereOn() {
        assertEquals(Precision.FP32, Precision.fitting(Capabilities.of(new Gpu("T4", "7.5", 1))));
        assertEquals(Precision.BF16, Precision.fitting(Capabilities.of(new Gpu("A100", "8.0", 1))));
        assertEquals(Precision.BF16, Precision.fitting(Capabilities.of(new Gpu("B200", "10.0", 1))));
    }

    @Test
    void tellsWhatLimitsIt() {
        Processor processor = Processor.of(List.of("flags : avx2 avx512_bf16"));
        Capabilities limited = processor.under(Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"));
        assertEquals("avx2 avx512_bf16, limited by ONEDNN_MAX_CPU_ISA=AVX2", limited.told());
        assertFalse(limited.multipliesBf16());
        assertTrue(processor.under(Map.of()).multipliesBf16());
    }

    private static String fitting(String key, String flags, Map<String, String> environment) {
        return Precision.fitting(Processor.of(List.of(key + " : " + flags)).under(environment))
                .word();
    }
}
