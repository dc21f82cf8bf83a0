package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BuffersTest {
    @Test
    void holdAnyNumberOfFloatsFromTheStartOfACacheLineOn() {
        for (int floats = 0; floats < 100; floats++) {
            ByteBuffer buffer = Buffers.direct(floats);
            assertEquals(floats * Float.BYTES, buffer.capacity());
            assertEquals(0, buffer.alignmentOffset(0, 64));
        }
    }
}
