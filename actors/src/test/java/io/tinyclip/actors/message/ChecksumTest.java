package io.tinyclip.actors.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By these two workers' sums are compared. */
class ChecksumTest {
    private static final Range ALL = new Range(0, 3);

    /** A JVM that is warm keeps another NaN of two than one that has just begun. */
    @Test
    void honestWorkersAgreeOnASumThatIsNotANumber() {
        assertEquals(Checksum.of(with(0x7fc00000), ALL), Checksum.of(with(0xffc00000), ALL));
        assertEquals(Checksum.of(with(0x7fc00000), ALL), Checksum.of(with(0x7fc12345), ALL));
    }

    @Test
    void otherSumsDifferWithEachBit() {
        assertNotEquals(Checksum.of(with(0x3f800000), ALL), Checksum.of(with(0x3f800001), ALL));
        assertNotEquals(Checksum.of(with(0), ALL), Checksum.of(with(0x80000000), ALL));
        assertNotEquals(Checksum.of(with(0x7f800000), ALL), Checksum.of(with(0x7fc00000), ALL));
    }

    /** The value that workers of before and after had of a sum without NaN. */
    @Test
    void isCrc32cOfLittleEndianFloats() {
        assertEquals(0x976e16d6, Checksum.of(with(0x3f800000), ALL));
    }

    @Test
    void ofSeveralRangesTellsEachBitAndTheirOrder() {
        FloatVector values = with(0x3f800000);
        List<Range> parts = List.of(new Range(0, 1), new Range(2, 3));
        assertEquals(Checksum.of(values, ALL), Checksum.of(values, List.of(ALL)));
        assertEquals(Checksum.of(values, parts), Checksum.of(with(0x3f800001), parts));
        values.bytes().putInt(0, 0x3f800001);
        assertNotEquals(Checksum.of(with(0x3f800000), parts), Checksum.of(values, parts));
        List<Range> turned = List.of(new Range(2, 3), new Range(0, 1));
        assertNotEquals(Checksum.of(values, turned), Checksum.of(values, parts));
        assertEquals(0, Checksum.of(values, List.of()));
    }

    private static FloatVector with(int bits) {
        FloatVector vector = FloatVector.of(new float[] {1, 0, -2});
        vector.bytes().putInt(Float.BYTES, bits);
        return vector;
    }
}
