package io.tinyclip.actors.stranger;

import java.security.SecureRandom;
import java.util.HexFormat;

/** What nobody can guess. */
public final class Token {
    private static final int BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Letters of one. */
    public static final int LENGTH = 2 * BYTES;

    private Token() {}

    /** 128 random bits in hex, of use in a name. */
    public static String fresh() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
