package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.bench.KernelDistances.Distance;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.kernel.Precision;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What scripts/gpu-check asks of a GPU's kernels. */
final class KernelDistancesTest {
    private static final Map<String, List<float[]>> EXACT = Map.of("forward", List.of(new float[] {3, 4}));
    /** The processor's own bf16, a hundredth away. */
    private static final Map<String, List<float[]>> NARROW = Map.of("forward", List.of(new float[] {3, 4.05f}));

    @Test
    void theCopyingPathHasTheProcessorsBits() {
        List<Distance> found = KernelDistances.of(
                new ComputeDevice(OptionalInt.empty(), true), EnumSet.of(Precision.FP32, Precision.BF16));
        assertTrue(found.stream().anyMatch(it -> it.tensor().contains("backward")), found.toString());
        assertTrue(found.stream().anyMatch(it -> it.tensor().contains("affinity")), found.toString());
        for (Distance one : found) {
            assertTrue(one.holds(), one.toString());
            assertTrue(one.precision() != Precision.FP32 || one.distance() == 0, one.toString());
        }
    }

    @Test
    void fp32MustLieBesideTheProcessors() {
        assertTrue(only(Precision.FP32, EXACT, 4.000001f).holds());
        assertFalse(only(Precision.FP32, EXACT, 4.001f).holds());
    }

    @Test
    void bf16MayBeAboutAsFarAsTheProcessorsOwn() {
        Distance near = only(Precision.BF16, NARROW, 3.93f);
        assertEquals(0.014, near.distance(), 1e-4);
        assertEquals(0.015, near.bound(), 1e-4);
        assertTrue(near.holds());
        assertFalse(only(Precision.BF16, NARROW, 3.92f).holds());
    }

    /** The processor's sums lie near fp32's by chance, a device's do not. */
    @Test
    void fewNumbersMayBeAsFarAsTheirProbesFarthestTensor() {
        float[] many = new float[8];
        float[] near = many.clone();
        many[0] = 1;
        near[0] = 1.01f;
        Map<String, List<float[]>> exact = Map.of("loss", List.of(many, new float[] {2}));
        Map<String, List<float[]>> processors = Map.of("loss", List.of(near, new float[] {2}));
        assertTrue(few(exact, processors, 1.012f, 2.028f));
        assertFalse(few(exact, processors, 1.012f, 2.04f));
        assertFalse(few(exact, processors, 1.02f, 2));
    }

    private static boolean few(
            Map<String, List<float[]>> exact, Map<String, List<float[]>> processors, float first, float sum) {
        float[] many = new float[8];
        many[0] = first;
        return KernelDistances.of(Precision.BF16, exact, processors, Map.of("loss", List.of(many, new float[] {sum})))
                .stream()
                .allMatch(Distance::holds);
    }

    @Test
    void whatIsNoNumberDoesNotHold() {
        assertFalse(only(Precision.BF16, NARROW, Float.NaN).holds());
    }

    private static Distance only(Precision precision, Map<String, List<float[]>> processors, float second) {
        List<Distance> found =
                KernelDistances.of(precision, EXACT, processors, Map.of("forward", List.of(new float[] {3, second})));
        assertEquals(1, found.size());
        return found.get(0);
    }
}
