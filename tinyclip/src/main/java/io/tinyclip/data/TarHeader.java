package io.tinyclip.data;

import java.nio.charset.StandardCharsets;

/** One header block of a tar; field positions from POSIX.1-1988 (ustar). */
final class TarHeader {
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int SUM = 148;
    private static final int SUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int OCTAL_BITS = 3;

    private final byte[] block;

    TarHeader(byte[] block) {
        this.block = block;
    }

    /** A block of zeros ends a tar. */
    boolean isEnd() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the checksum, which counts its own field as spaces, is right. */
    boolean isSound() {
        long sum = 0;
        for (int i = 0; i < block.length; i++) {
            sum += i >= SUM && i < SUM + SUM_LENGTH ? ' ' : block[i] & 0xff;
        }
        return sum == octal(SUM, SUM_LENGTH);
    }

    boolean isFile() {
        return block[TYPE] == '0' || block[TYPE] == 0 || block[TYPE] == '7';
    }

    /** Whether its data tells about the member behind it or about all. */
    boolean isExtension() {
        return isLongName() || isPax() || block[TYPE] == 'K' || block[TYPE] == 'g';
    }

    boolean isLongName() {
        return block[TYPE] == 'L';
    }

    boolean isPax() {
        return block[TYPE] == 'x';
    }

    String name() {
        String name = text(block, NAME, NAME_LENGTH);
        // POSIX has "ustar" and a zero; GNU has "ustar " and other things where the prefix would be
        boolean posix = text(block, MAGIC, PREFIX - MAGIC).equals("ustar");
        String prefix = posix ? text(block, PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Bytes of data behind this header; negative if the field makes no sense. */
    long length() {
        if (block[SIZE] < 0) { // GNU's large sizes: the top bit, then a big-endian number
            long length = block[SIZE] & 0x7f;
            for (int i = SIZE + 1; i < SIZE + SIZE_LENGTH; i++) {
                length = (length << Byte.SIZE) | (block[i] & 0xff);
            }
            return length;
        }
        return octal(SIZE, SIZE_LENGTH);
    }

    /** UTF-8 up to the first zero. */
    static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private long octal(int from, int length) {
        long value = 0;
        for (char digit : text(block, from, length).strip().toCharArray()) {
            if (digit < '0' || digit > '7') {
                return -1;
            }
            value = (value << OCTAL_BITS) | (digit - '0');
        }
        return value;
    }
}
