package io.tinyclip.hash;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * CRC32C of floats, little-endian, as they are {@linkplain HashedFloats hashed}; of long ones by all cores. A checksum is a
 * polynomial's remainder: that of two parts is the first one's times x to the bits of the second, plus the second one's.
 */
public final class FloatChecksum {
    /** Floats of a part: a megabyte. */
    private static final int PART = 1 << 18;

    /** Castagnoli's polynomial. As in all numbers here the highest bit is the coefficient of x to the 0. */
    private static final int POLYNOMIAL = 0x82f63b78;

    private static final int ONE = 1 << 31;
    private static final int X = 1 << 30;

    private FloatChecksum() {}

    /** Of floats {@code [from, to)}. */
    public static int of(FloatBuffer values, int from, int to) {
        int parts = Math.max(1, (to - from + PART - 1) / PART);
        int[] sums = new int[parts];
        IntStream each = IntStream.range(0, parts);
        (parts > 1 ? each.parallel() : each).forEach(part -> {
            int begin = from + part * PART;
            sums[part] = whole(values, begin, part + 1 < parts ? begin + PART : to);
        });
        int sum = sums[0];
        int step = power(Float.SIZE * (long) PART);
        for (int part = 1; part < parts; part++) {
            int last = from + part * PART;
            int shift = part + 1 < parts ? step : power(Float.SIZE * (long) (to - last));
            sum = product(shift, sum) ^ sums[part];
        }
        return sum;
    }

    private static int whole(FloatBuffer values, int from, int to) {
        CRC32C crc = new CRC32C();
        HashedFloats.feed(values, from, to, ByteOrder.LITTLE_ENDIAN, crc::update);
        return (int) crc.getValue();
    }

    /** x to the exponent. */
    private static int power(long exponent) {
        int power = ONE;
        int square = X;
        for (long left = exponent; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                power = product(power, square);
            }
            square = product(square, square);
        }
        return power;
    }

    /** Of two remainders, modulo the polynomial. */
    private static int product(int a, int b) {
        int sum = 0;
        int shifted = b;
        for (int left = a; left != 0; left <<= 1) {
            if (left < 0) {
                sum ^= shifted;
            }
            shifted = shifted >>> 1 ^ ((shifted & 1) == 0 ? 0 : POLYNOMIAL);
        }
        return sum;
    }
}
