package io.tinyclip.data;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Bytes to text without a letter that is not there: UTF-8, UTF-16 behind its mark, and where bytes are neither, the encoding
 * that the user names. Text in another encoding is hardly ever UTF-8 by chance, so a set may be mixed.
 */
public final class TextDecoder {
    private static final char MARK = '\uFEFF';

    private final Charset encoding;
    private final Leftovers leftovers;

    /** @param leftovers gets what is in another encoding */
    public TextDecoder(Charset encoding, Leftovers leftovers) {
        this.encoding = encoding;
        this.leftovers = leftovers;
    }

    /**
     * The text; nothing if it is in another encoding.
     *
     * @param name of the file, for messages
     */
    public Optional<String> text(byte[] bytes, String name) {
        Optional<String> usual = decode(bytes, marked(bytes));
        if (usual.isPresent()) {
            return usual;
        }
        Optional<String> other = decode(bytes, encoding);
        leftovers.count(other.isPresent() ? Leftovers.Reason.DECODED : Leftovers.Reason.OTHER_ENCODING, name);
        return other;
    }

    private static Charset marked(byte[] bytes) {
        boolean big = bytes.length > 1 && (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xff) == 0xff;
        boolean little = bytes.length > 1 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xfe;
        return big || little ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    private static Optional<String> decode(byte[] bytes, Charset charset) {
        try {
            String text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(!text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
