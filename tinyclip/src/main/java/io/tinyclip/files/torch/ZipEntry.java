package io.tinyclip.files.torch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An entry of a zip's directory.
 *
 * @param stored whether its bytes lie in the file as they are
 * @param bytes not negative
 * @param header where its local header begins
 */
record ZipEntry(String name, boolean stored, long bytes, long header) {
    private static final int SIGNATURE = 0x02014b50;
    private static final int FIXED_BYTES = 46;
    private static final int ENCRYPTED = 1;
    private static final long IN_EXTRA = 0xffffffffL;
    private static final int EXTRA_64 = 1;
    private static final int EXTRA_HEADER = 4;

    /** The entry at the directory's position, which moves behind it; empty if there is none that makes sense. */
    static Optional<ZipEntry> next(ByteBuffer directory) {
        if (directory.remaining() < FIXED_BYTES) {
            return Optional.empty();
        }
        ByteBuffer fixed = take(directory, FIXED_BYTES);
        int name = Short.toUnsignedInt(fixed.getShort(28));
        int extra = Short.toUnsignedInt(fixed.getShort(30));
        int comment = Short.toUnsignedInt(fixed.getShort(32));
        if (fixed.getInt(0) != SIGNATURE || directory.remaining() < name + extra + comment) {
            return Optional.empty();
        }
        String path = StandardCharsets.UTF_8.decode(take(directory, name)).toString();
        Wide wide = new Wide(field64(take(directory, extra)));
        take(directory, comment);
        long size = wide.value(fixed.getInt(24));
        long compressed = wide.value(fixed.getInt(20));
        long header = wide.value(fixed.getInt(42));
        if (size < 0 || compressed < 0 || header < 0) {
            return Optional.empty();
        }
        boolean plain = fixed.getShort(10) == 0 && (fixed.getShort(8) & ENCRYPTED) == 0 && size == compressed;
        return Optional.of(new ZipEntry(path, plain, size, header));
    }

    /** The field of 64-bit values among the extra ones; empty if there is none. */
    private static ByteBuffer field64(ByteBuffer extra) {
        while (extra.remaining() >= EXTRA_HEADER) {
            int kind = Short.toUnsignedInt(extra.getShort());
            int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
            ByteBuffer field = take(extra, length);
            if (kind == EXTRA_64) {
                return field;
            }
        }
        return take(extra, 0);
    }

    private static ByteBuffer take(ByteBuffer from, int count) {
        ByteBuffer part = from.slice(from.position(), count).order(from.order());
        from.position(from.position() + count);
        return part;
    }

    /** Values too large for their 32 bits follow one another in the extra field. */
    private record Wide(ByteBuffer field) {
        long value(int bits) {
            long value = Integer.toUnsignedLong(bits);
            if (value != IN_EXTRA) {
                return value;
            }
            return field.remaining() >= Long.BYTES ? field.getLong() : -1;
        }
    }
}
