package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Gpus.Gpu;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class GpuRequirementsTest {
    private static final Gpu CARD = new Gpu("Card", "9.0", 80L << 30);
    private static final Map<String, String> FIXED = Map.of("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
    private static final BooleanSupplier UNASKED = () -> {
        throw new AssertionError("the engine was started");
    };

    @Test
    void theProcessorNeedsNothing() {
        assertDoesNotThrow(() -> new GpuRequirements(List.of(), Map.of(), UNASKED).require(ComputeDevice.CPU));
        assertDoesNotThrow(() -> Torch.require(ComputeDevice.CPU));
    }

    @Test
    void aGpuNeedsOneThatIsThere() {
        String none = refusal(List.of(), FIXED, UNASKED, 0);
        assertTrue(none.startsWith("tinyclip.device [cuda:0] needs an NVIDIA GPU, and CUDA finds 0 here"), none);
        assertTrue(none.contains("pip install torch==2.7.1"), none);
        String beyond = refusal(List.of(CARD, CARD), FIXED, UNASKED, 2);
        assertTrue(beyond.contains("CUDA finds 2 here, cuda:0 (Card), cuda:1 (Card)"), beyond);
    }

    @Test
    void aGpuNeedsAWorkspaceOfFixedSize() {
        String unset = refusal(List.of(CARD), Map.of(), UNASKED, 0);
        assertTrue(unset.contains("CUBLAS_WORKSPACE_CONFIG=:4096:8 in the environment, which has []"), unset);
        String other = refusal(List.of(CARD), Map.of("CUBLAS_WORKSPACE_CONFIG", ":16:8"), UNASKED, 0);
        assertTrue(other.contains("[:16:8]"), other);
    }

    @Test
    void aGpuMustNotRoundFactors() {
        for (String variable : List.of("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "NVIDIA_TF32_OVERRIDE")) {
            Map<String, String> environment = Map.of("CUBLAS_WORKSPACE_CONFIG", ":4096:8", variable, "1");
            String message = refusal(List.of(CARD), environment, UNASKED, 0);
            assertTrue(message.contains(variable + "=1"), message);
        }
    }

    @Test
    void aGpuNeedsALibtorchWithCuda() {
        String message = refusal(List.of(CARD), FIXED, () -> false, 0);
        assertTrue(message.contains("this one has none, though there is cuda:0 (Card)"), message);
        assertTrue(message.contains("PYTORCH_LIBRARY_PATH=.../torch/lib"), message);
        assertDoesNotThrow(() -> new GpuRequirements(List.of(CARD), FIXED, () -> true).require(ComputeDevice.cuda(0)));
    }

    @Test
    void everyRefusalIsOneLine() {
        for (String message : List.of(
                refusal(List.of(), FIXED, UNASKED, 0),
                refusal(List.of(CARD), Map.of(), UNASKED, 0),
                refusal(List.of(CARD), FIXED, () -> false, 0))) {
            assertFalse(message.contains("\n"), message);
            assertEquals(message.strip(), message);
        }
    }

    private static String refusal(List<Gpu> gpus, Map<String, String> environment, BooleanSupplier engine, int number) {
        GpuRequirements requirements = new GpuRequirements(gpus, environment, engine);
        return assertThrows(InvalidInputException.class, () -> requirements.require(ComputeDevice.cuda(number)))
                .getMessage();
    }
}
