package io.tinyclip.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.StateDigest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NaNs of one meaning have several forms, and which of them comes out of an addition is not the result of the addition. */
final class HashedFloatsTest {
    private static final int CANONICAL = 0x7fc00000;

    /** What x86 makes of infinity less infinity. */
    private static final int NEGATIVE = 0xffc00000;

    @ParameterizedTest
    @ValueSource(ints = {NEGATIVE, 0x7fc00001, 0xffffffff, 0x7f800001, CANONICAL})
    void everyNaNIsHashedAsTheSame(int bits) {
        FloatVector vector = FloatVector.allocate(1);
        vector.bytes().putInt(0, bits);
        byte[] hashed = hashed(vector.floats(), 0, 1, ByteOrder.BIG_ENDIAN);
        assertEquals(CANONICAL, ByteBuffer.wrap(hashed).getInt());
    }

    @Test
    void allOtherFloatsAreHashedAsTheyAre() {
        int[] bits = {0, 0x80000000, 1, 0x7f800000, 0xff800000, 0x7f7fffff, 0x3f800000};
        int repeated = 10_000;
        ByteBuffer expected =
                ByteBuffer.allocate(bits.length * repeated * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < repeated; i++) {
            for (int each : bits) {
                expected.putInt(each);
            }
        }
        FloatBuffer floats = expected.flip().asFloatBuffer();
        assertArrayEquals(expected.array(), hashed(floats, 0, floats.capacity(), ByteOrder.LITTLE_ENDIAN));
        ByteBuffer part = ByteBuffer.wrap(hashed(floats, 5, 7, ByteOrder.BIG_ENDIAN));
        assertEquals(List.of(bits[5], bits[6]), List.of(part.getInt(), part.getInt()));
    }

    @Test
    void aStateWithOneNaNOrAnotherHasOneDigest() {
        Layout layout = Layout.of(SmallShapes.uneven(), 3, true, true);
        Range all = new Range(0, layout.size());
        byte[] one = StateDigest.blockHashes(layout, all, List.of(with(layout.size(), CANONICAL)))
                .get(0);
        byte[] other = StateDigest.blockHashes(layout, all, List.of(with(layout.size(), NEGATIVE)))
                .get(0);
        assertArrayEquals(one, other);
    }

    @Test
    void aWidthMapWithOneNaNOrAnotherHasOneHash() {
        WidthMap one = new WidthMap(1, new int[] {0}, new float[] {Float.intBitsToFloat(CANONICAL)});
        WidthMap other = new WidthMap(1, new int[] {0}, new float[] {Float.intBitsToFloat(NEGATIVE)});
        assertEquals(one.hash(), other.hash());
    }

    private static FloatVector with(int size, int bits) {
        FloatVector vector = FloatVector.allocate(size);
        vector.bytes().putInt(Float.BYTES, bits);
        return vector;
    }

    private static byte[] hashed(FloatBuffer floats, int from, int to, ByteOrder order) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HashedFloats.feed(floats, from, to, order, piece -> bytes.write(piece.array(), 0, piece.limit()));
        return bytes.toByteArray();
    }
}
