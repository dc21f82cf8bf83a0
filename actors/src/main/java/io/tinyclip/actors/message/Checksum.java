package io.tinyclip.actors.message;

import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.zip.CRC32C;

/** CRC32C of floats as they travel in full, little-endian: two workers' sums are compared by it without moving either. */
public final class Checksum {
    private static final int FLOATS_AT_ONCE = 1 << 14;

    private Checksum() {}

    public static int of(FloatVector values, Range range) {
        FloatBuffer floats = values.floats();
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = range.from(); from < range.to(); from += FLOATS_AT_ONCE) {
            int count = Math.min(FLOATS_AT_ONCE, range.to() - from);
            bytes.clear();
            bytes.asFloatBuffer().put(0, floats, from, count);
            crc.update(bytes.limit(count * Float.BYTES));
        }
        return (int) crc.getValue();
    }
}
