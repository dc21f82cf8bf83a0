package io.tinyclip.files.torch;

import io.tinyclip.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, or of several one after another. Whatever would run over their end is refused before it is done. */
final class PickleInput {
    private static final int LONGEST_LINE = 1024;

    private final ByteBuffer bytes;
    private final String where;

    /** @param where the file, for complaints */
    PickleInput(ByteBuffer bytes, String where) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.where = where;
    }

    /** Bytes read so far. */
    int position() {
        return bytes.position();
    }

    int unsignedByte() {
        return Byte.toUnsignedInt(require(Byte.BYTES).get());
    }

    int unsignedShort() {
        return Short.toUnsignedInt(require(Short.BYTES).getShort());
    }

    int signedInt() {
        return require(Integer.BYTES).getInt();
    }

    long unsignedInt() {
        return Integer.toUnsignedLong(signedInt());
    }

    long signedLong() {
        return require(Long.BYTES).getLong();
    }

    /** The only number that a pickle writes with its highest byte first. */
    double bigEndianDouble() {
        return Double.longBitsToDouble(Long.reverseBytes(signedLong()));
    }

    byte[] bytes(long count) {
        ByteBuffer enough = require(count);
        byte[] copy = new byte[(int) count];
        enough.get(copy);
        return copy;
    }

    void skip(long count) {
        require(count).position(bytes.position() + (int) count);
    }

    String text(long count) {
        ByteBuffer part = require(count).slice().limit((int) count);
        skip(count);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(complaint("a text is not UTF-8: the file is damaged"), e);
        }
    }

    /** A text up to the end of its line, which is not part of it. */
    String line() {
        int length = 0;
        while (length < Math.min(LONGEST_LINE, bytes.remaining()) && bytes.get(bytes.position() + length) != '\n') {
            length++;
        }
        if (length == LONGEST_LINE) {
            throw invalid("a name has more than " + LONGEST_LINE + " bytes: the file is damaged");
        }
        String line = text(length);
        skip(1);
        return line;
    }

    InvalidInputException invalid(String what) {
        return new InvalidInputException(complaint(what));
    }

    private String complaint(String what) {
        return "[" + where + " pickle byte " + bytes.position() + "]: " + what;
    }

    private ByteBuffer require(long count) {
        if (count < 0 || count > bytes.remaining()) {
            throw invalid("expected " + count + " more bytes, found " + bytes.remaining()
                    + ": the file is damaged or cut short, get it again");
        }
        return bytes;
    }
}
