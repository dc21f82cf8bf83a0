package io.tinyclip.actors.message;

import io.tinyclip.hash.FloatChecksum;
import io.tinyclip.hash.HashedFloats;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import java.util.List;

/**
 * CRC32C of floats, little-endian, as they are {@linkplain HashedFloats hashed}: two workers' sums are compared by it without
 * moving either.
 */
public final class Checksum {
    private Checksum() {}

    public static int of(FloatVector values, Range range) {
        return FloatChecksum.of(values.floats(), range.from(), range.to());
    }

    /** Of several ranges in this order; of one that of it alone, of none 0. */
    public static int of(FloatVector values, List<Range> ranges) {
        int sum = 0;
        for (Range range : ranges) {
            sum = Integer.rotateLeft(sum, 1) ^ of(values, range);
        }
        return sum;
    }
}
