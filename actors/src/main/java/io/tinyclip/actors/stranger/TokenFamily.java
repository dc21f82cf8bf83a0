package io.tinyclip.actors.stranger;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens of pairs of numbers: the same each time, and nobody who knows some of them can tell another one. None is kept: each is made
 * anew by a keyed hash (HMAC-SHA256), whose key never leaves this object. For one thread at a time.
 */
public final class TokenFamily {
    private static final String HASH = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final Mac mac;

    public TokenFamily() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try {
            this.mac = Mac.getInstance(HASH);
            mac.init(new SecretKeySpec(key, HASH));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no [" + HASH + "], which each has", e);
        }
    }

    /** 128 bits in hex. */
    public String of(int first, int second) {
        byte[] pair = ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(first)
                .putInt(second)
                .array();
        return HexFormat.of().formatHex(Arrays.copyOf(mac.doFinal(pair), Token.LENGTH / 2));
    }
}
