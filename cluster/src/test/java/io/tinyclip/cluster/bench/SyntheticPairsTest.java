package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.random.Counter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SyntheticPairsTest {
    /** 3 x 3 x 3 bytes: three hashes, and the beginning of a fourth. */
    @Test
    void aPictureIsAllBytesOfOneHashAfterTheOther() {
        ByteBuffer hashes = ByteBuffer.allocate(4 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            hashes.putLong(Counter.bits(Counter.key(5), i));
        }
        assertArrayEquals(Arrays.copyOf(hashes.array(), 27), picture(3));
    }

    @Test
    void aPictureIsNoiseOfAllBytes() {
        byte[] rgb = picture(64);
        double sum = 0;
        for (byte value : rgb) {
            sum += value & 0xff;
        }
        assertEquals(127.5, sum / rgb.length, 2);
    }

    private static byte[] picture(int side) {
        try (SyntheticPairs pairs = new SyntheticPairs(8)) {
            return pairs.view(5, 0, Preprocessing.clip(side)).image().rgb();
        }
    }
}
