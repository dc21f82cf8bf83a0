package io.tinyclip.data;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
    /** GNU's places of whether a block with the map of a sparse file follows, in a header and in such a block. */
    private static final int SPARSE_GOES_ON = 482;

    private static final int SPARSE_BLOCK_GOES_ON = 504;

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

    /** Whether the checksum, which counts its own field as spaces, is right; some old programs added signed bytes. */
    boolean isSound() {
        long sum = 0;
        long signed = 0;
        for (int i = 0; i < block.length; i++) {
            boolean own = i >= SUM && i < SUM + SUM_LENGTH;
            sum += own ? ' ' : block[i] & 0xff;
            signed += own ? ' ' : block[i];
        }
        long stored = octal(SUM, SUM_LENGTH);
        return sum == stored || signed == stored;
    }

    boolean isFile() {
        return block[TYPE] == '0' || block[TYPE] == 0 || block[TYPE] == '7';
    }

    /** Whether it stands for another member or place, or for a file of which only parts are stored. */
    boolean isLinkOrSparse() {
        return block[TYPE] == '1' || block[TYPE] == '2' || isSparse();
    }

    boolean isSparse() {
        return block[TYPE] == 'S';
    }

    /** Whether a block with more of a sparse file's map follows this header. */
    boolean sparseGoesOn() {
        return isSparse() && block[SPARSE_GOES_ON] != 0;
    }

    /** Whether another block follows this one in a sparse file's map. */
    static boolean sparseBlockGoesOn(byte[] block) {
        return block[SPARSE_BLOCK_GOES_ON] != 0;
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

    /** UTF-8 up to the first zero; bytes that are something else become a letter each, so that names stay apart. */
    static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, end - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
        }
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
