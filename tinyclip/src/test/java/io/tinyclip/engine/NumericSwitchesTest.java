package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NumericSwitchesTest {
    /** What libtorch calls nondeterministic on every device: a place may be put to twice. */
    private static final String PUT = """
              def put(self: __torch__.K, x: Tensor, places: Tensor, values: Tensor) -> Tensor:
                return torch.put(x, places, values, False)
              def add(self: __torch__.K, x: Tensor, places: Tensor, values: Tensor) -> Tensor:
                return torch.index_add(x, 0, places, values)
            """;

    @Test
    void whoeverHasAScopeHasNoNumbersRounded() {
        try (TensorScope scope = Torch.newScope()) {
            assertTrue(scope.isOpen());
            assertTrue(NumericSwitches.ofThisProcess().deterministic());
            // PyTorch's own default lets cuDNN round.
            assertFalse(NumericSwitches.ofThisProcess().roundsFactors());
        }
    }

    @Test
    void anOperationThatIsNotDeterministicIsRefused() {
        try (TensorScope scope = Torch.newScope()) {
            Script script = ScriptArchive.compile(scope, PUT);
            Tensor zeros = scope.zeros(2);
            Tensor places = scope.longs(new long[] {1, 1});
            Tensor values = scope.floats(new float[] {2, 3});
            assertArrayEquals(
                    new float[] {0, 5},
                    script.call(scope, "add", zeros, places, values).get(0).floats());
            String message = assertThrows(
                            RuntimeException.class, () -> script.call(scope, "put", zeros, places, values))
                    .getMessage();
            assertTrue(message.contains("does not have a deterministic implementation"), message);
        }
    }
}
