package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuffersTest {
    @Test
    void holdAnyNumberOfFloatsFromTheStartOfACacheLineOn() {
        try (NDManager manager = Torch.newManager()) {
            for (int floats = 1; floats < 100; floats++) {
                NDArray array = Buffers.array(manager, false, new Shape(floats), out -> {});
                assertEquals(floats, Buffers.view(array).capacity());
                assertEquals(0, array.toByteBuffer(true).alignmentOffset(0, 64));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void arraysBelongToTheManagerAskedAndHoldWhatWasWritten(boolean copies) {
        try (NDManager manager = Torch.newManager()) {
            NDArray array = Buffers.array(manager, copies, new Shape(2, 2), out -> out.put(new float[] {1, 2, 3, 4}));
            assertSame(manager, array.getManager());
            assertEquals(new Shape(2, 2), array.getShape());
            assertArrayEquals(new float[] {1, 2, 3, 4}, Buffers.floats(array));
            assertArrayEquals(new float[] {1, 2, 3, 4}, Buffers.floats(array));
        }
    }
}
