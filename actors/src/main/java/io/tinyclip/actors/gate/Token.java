package io.tinyclip.actors.gate;

import java.security.SecureRandom;
import java.util.HexFormat;

/** What nobody can guess. */
public final class Token {
    private static final int BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Token() {}

    /** 128 random bits in hex, of use in an actor's name. */
    public static String fresh() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
