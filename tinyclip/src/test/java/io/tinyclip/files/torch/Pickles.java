package io.tinyclip.files.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Pieces of pickles as texts of one letter a byte. */
final class Pickles {
    static final String START = "\u0080\u0002";
    static final String STOP = ".";
    static final String MAGIC = START + "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
    static final String SYSTEM = START + "}" + text("little_endian") + "\u0088s.";

    private Pickles() {}

    static byte[] bytes(String letters) {
        return letters.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(String text) {
        return "X" + little(Integer.BYTES, text.length()) + text;
    }

    static String number(long number) {
        return "\u008a\u0008" + little(Long.BYTES, number);
    }

    static String little(int bytes, long number) {
        byte[] all = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        return new String(all, 0, bytes, StandardCharsets.ISO_8859_1);
    }

    /** A float tensor in storage 0. */
    static String tensor(long stored, long offset, String shape, String strides) {
        return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\nFloatStorage\n" + text("0")
                + text("cpu") + number(stored) + "tQ" + number(offset) + "(" + shape + "t(" + strides
                + "t\u0089ccollections\nOrderedDict\n)RtR";
    }

    /** A dict with one entry. */
    static String dict(String key, String value) {
        return "}" + text(key) + value + "s";
    }
}
