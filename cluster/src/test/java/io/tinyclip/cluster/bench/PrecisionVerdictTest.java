package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.engine.Capabilities;
import io.tinyclip.kernel.Precision;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrecisionVerdictTest {
    private static final Capabilities WITH = new Capabilities("amx_bf16", true);
    private static final Capabilities WITHOUT = new Capabilities("avx2", false);

    @Test
    void warnsWhereTheRuleChoseTheSlowerOne() {
        assertEquals(
                Optional.of("tinyclip.precision=auto is fp32 here, and bf16 is 1.50 times as fast in the step; set"
                        + " tinyclip.precision=bf16 for new runs on machines like this one (avx2)"),
                PrecisionVerdict.of("step", WITHOUT, Map.of(Precision.FP32, 100.0, Precision.BF16, 150.0)));
        assertEquals(
                Optional.of("tinyclip.precision=auto is bf16 here, and fp32 is 2.00 times as fast in the step; set"
                        + " tinyclip.precision=fp32 for new runs on machines like this one (amx_bf16)"),
                PrecisionVerdict.of("step", WITH, Map.of(Precision.FP32, 300.0, Precision.BF16, 150.0)));
    }

    @Test
    void saysNothingWhereTheRuleIsRightOrNoiseDecides() {
        Map<Precision, Double> faster = Map.of(Precision.FP32, 100.0, Precision.BF16, 200.0);
        assertEquals(Optional.empty(), PrecisionVerdict.of("step", WITH, faster));
        Map<Precision, Double> alike = Map.of(Precision.FP32, 102.0, Precision.BF16, 100.0);
        assertEquals(Optional.empty(), PrecisionVerdict.of("step", WITH, alike));
        assertEquals(Optional.empty(), PrecisionVerdict.of("step", WITHOUT, Map.of(Precision.FP32, 100.0)));
    }
}
