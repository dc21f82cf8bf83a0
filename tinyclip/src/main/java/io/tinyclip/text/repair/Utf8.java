package io.tinyclip.text.repair;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * UTF-8, strictly, save for two dialects: Java's zero in two bytes, and surrogate pairs encoded in three bytes each. The
 * lines' ends in the expressions, before which a sequence may be cut short, are ftfy's.
 */
final class Utf8 {
    private static final Pattern DIALECT =
            Pattern.compile("\\xc0(?:\\x80|$)|\\xed(?:[\\xa0-\\xbf]|$)(?:[\\x80-\\xbf]|$)", Pattern.UNIX_LINES);
    private static final Pattern PAIR =
            Pattern.compile("\\xed[\\xa0-\\xaf][\\x80-\\xbf]\\xed[\\xb0-\\xbf](?:[\\x80-\\xbf]|$)", Pattern.UNIX_LINES);
    private static final int PAIR_LENGTH = 6;
    private static final char ZERO = 0xc0;
    private static final int ZERO_LENGTH = 2;

    private Utf8() {}

    /** The text of some bytes, given as Latin-1; nothing if they are no UTF-8. */
    static Optional<String> decode(String bytes) {
        StringBuilder text = new StringBuilder(bytes.length());
        Matcher dialect = DIALECT.matcher(bytes);
        int from = 0;
        while (dialect.find(from)) {
            int at = dialect.start();
            boolean zero = bytes.charAt(at) == ZERO;
            int end = at + (zero ? ZERO_LENGTH : PAIR_LENGTH);
            boolean whole = end <= bytes.length()
                    && (zero || PAIR.matcher(bytes).region(at, bytes.length()).lookingAt());
            if (!whole || !append(bytes.substring(from, at), text)) {
                return Optional.empty();
            }
            text.appendCodePoint(zero ? 0 : codePoint(bytes, at));
            from = end;
        }
        return append(bytes.substring(from), text) ? Optional.of(text.toString()) : Optional.empty();
    }

    /** Ten bits of each surrogate, beyond the characters that need none. */
    private static int codePoint(String bytes, int at) {
        return Character.MIN_SUPPLEMENTARY_CODE_POINT
                + ((bytes.charAt(at + 1) & 0x0f) << 16)
                + ((bytes.charAt(at + 2) & 0x3f) << 10)
                + ((bytes.charAt(at + 4) & 0x0f) << 6)
                + (bytes.charAt(at + 5) & 0x3f);
    }

    private static boolean append(String bytes, StringBuilder text) {
        try {
            text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(CodePage.bytes(bytes))));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
