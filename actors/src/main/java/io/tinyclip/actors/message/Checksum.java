package io.tinyclip.actors.message;

import io.tinyclip.hash.HashedFloats;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * CRC32C of floats, little-endian, as they are {@linkplain HashedFloats hashed}: two workers' sums are compared by it without
 * moving either.
 */
public final class Checksum {
    private Checksum() {}

    public static int of(FloatVector values, Range range) {
        CRC32C crc = new CRC32C();
        HashedFloats.feed(values.floats(), range.from(), range.to(), ByteOrder.LITTLE_ENDIAN, crc::update);
        return (int) crc.getValue();
    }
}
