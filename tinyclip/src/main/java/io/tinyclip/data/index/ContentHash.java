package io.tinyclip.data.index;

import io.tinyclip.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 over a sequence of texts and numbers; texts go in with their lengths, so that no two sequences run together. */
public final class ContentHash {
    private final MessageDigest digest = Sha256.digest();

    /** @param kind names what is hashed and the version of how */
    public ContentHash(String kind) {
        add(kind);
    }

    public ContentHash add(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        add(utf8.length);
        digest.update(utf8);
        return this;
    }

    public ContentHash add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        return this;
    }

    /** Bytes that have the same length wherever the sequence has them. */
    public ContentHash add(byte[] fixed) {
        digest.update(fixed);
        return this;
    }

    /** The hash, 32 bytes; nothing can be added after it. */
    public byte[] bytes() {
        return digest.digest();
    }

    /** The hash in hex; nothing can be added after it. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
