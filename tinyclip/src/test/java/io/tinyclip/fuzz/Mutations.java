package io.tinyclip.fuzz;

import io.tinyclip.random.Counter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Damages files, each in its own way: what comes out is a function of the key alone. */
public final class Mutations {
    private static final int MOST_AT_ONCE = 3;
    private static final int MOST_ADDED = 16;
    private static final int LONGEST_BLOCK = 64;
    private static final byte[] BYTES = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, '"', '.', '(', 'R', '{'};
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0xffff,
        Integer.MAX_VALUE,
        1L << 31,
        0xffffffffL,
        1L << 40,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final List<String> TEXTS = List.of(
            "0",
            "-1",
            "1e999",
            "1.5",
            "2147483648",
            "9223372036854775807",
            "18446744073709551616",
            "NaN",
            "null",
            "\"\"",
            "[]",
            "{}",
            "[[[[",
            "99999999999999999999999999",
            "1e-400",
            "\"\\ud800\"");

    private final List<byte[]> seeds;
    private final long key;
    private long drawn;

    private Mutations(List<byte[]> seeds, long key) {
        this.seeds = seeds;
        this.key = key;
    }

    /**
     * One of the seeds, damaged once or a few times; half of them keep their length, since what moves all that follows is
     * mostly refused at the door.
     */
    public static byte[] of(List<byte[]> seeds, long key) {
        Mutations mutations = new Mutations(seeds, key);
        byte[] bytes = mutations.seed();
        boolean keepLength = mutations.below(2) == 0;
        for (int left = 1 + mutations.below(MOST_AT_ONCE); left > 0; left--) {
            boolean inPlace = keepLength || mutations.below(2) == 0;
            bytes = bytes.length > 0 && inPlace ? mutations.change(bytes) : mutations.move(bytes);
        }
        return bytes;
    }

    private byte[] change(byte[] bytes) {
        return switch (below(4)) {
            case 0 -> flipBit(bytes);
            case 1 -> setByte(bytes);
            case 2 -> setNumber(bytes);
            default -> addToNumber(bytes);
        };
    }

    private byte[] move(byte[] bytes) {
        if (bytes.length == 0) {
            return insert(bytes);
        }
        return switch (below(6)) {
            case 0 -> Arrays.copyOf(bytes, below(bytes.length));
            case 1 -> insert(bytes);
            case 2 -> delete(bytes);
            case 3 -> copyBlock(bytes);
            case 4 -> splice(bytes);
            default -> replaceDigits(bytes);
        };
    }

    private byte[] flipBit(byte[] bytes) {
        bytes[below(bytes.length)] ^= (byte) (1 << below(Byte.SIZE));
        return bytes;
    }

    private byte[] setByte(byte[] bytes) {
        bytes[below(bytes.length)] = BYTES[below(BYTES.length)];
        return bytes;
    }

    private byte[] insert(byte[] bytes) {
        byte[] block = new byte[1 + below(LONGEST_BLOCK)];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) below(1 << Byte.SIZE);
        }
        return replace(bytes, below(bytes.length + 1), 0, block);
    }

    private byte[] delete(byte[] bytes) {
        int from = below(bytes.length);
        return replace(bytes, from, Math.min(1 + below(LONGEST_BLOCK), bytes.length - from), new byte[0]);
    }

    /** Doubles a block elsewhere, over what is there or between. */
    private byte[] copyBlock(byte[] bytes) {
        int from = below(bytes.length);
        byte[] block = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1 + below(LONGEST_BLOCK)));
        int to = below(bytes.length);
        return replace(bytes, to, below(2) * Math.min(block.length, bytes.length - to), block);
    }

    private byte[] splice(byte[] bytes) {
        byte[] other = seed();
        int from = below(other.length);
        int to = below(bytes.length);
        return replace(bytes, to, bytes.length - to, Arrays.copyOfRange(other, from, other.length));
    }

    private byte[] setNumber(byte[] bytes) {
        return put(bytes, NUMBERS[below(NUMBERS.length)], false);
    }

    private byte[] addToNumber(byte[] bytes) {
        return put(bytes, (1 + below(MOST_ADDED)) * (below(2) == 0 ? 1L : -1L), true);
    }

    /** A little-endian number of 1, 2, 4 or 8 bytes. */
    private byte[] put(byte[] bytes, long number, boolean add) {
        int width = 1 << below(4);
        int at = below(bytes.length);
        if (at + width > bytes.length) {
            return flipBit(bytes);
        }
        byte[] field = Arrays.copyOf(Arrays.copyOfRange(bytes, at, at + width), Long.BYTES);
        ByteBuffer value = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN);
        value.putLong(0, add ? value.getLong(0) + number : number);
        System.arraycopy(field, 0, bytes, at, width);
        return bytes;
    }

    /** Puts another value in the place of a run of digits, as JSON has them. */
    private byte[] replaceDigits(byte[] bytes) {
        int from = below(bytes.length);
        while (from < bytes.length && !isDigit(bytes[from])) {
            from++;
        }
        int to = from;
        while (to < bytes.length && isDigit(bytes[to])) {
            to++;
        }
        byte[] text = TEXTS.get(below(TEXTS.size())).getBytes(StandardCharsets.US_ASCII);
        return from == to ? flipBit(bytes) : replace(bytes, from, to - from, text);
    }

    private static boolean isDigit(byte letter) {
        return letter >= '0' && letter <= '9';
    }

    private static byte[] replace(byte[] bytes, int at, int count, byte[] block) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - count + block.length);
        System.arraycopy(block, 0, result, at, block.length);
        System.arraycopy(bytes, at + count, result, at + block.length, bytes.length - at - count);
        return result;
    }

    private byte[] seed() {
        return seeds.get(below(seeds.size())).clone();
    }

    private int below(int bound) {
        return Counter.below(key, drawn++, bound);
    }
}
