package io.tinyclip.data.index;

import io.tinyclip.hash.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * How an index is written. Numbers are big-endian.
 *
 * <pre>
 * head     magic 8, version 4, count 4, size of the shard 8, its version 8, left out 8 x 4, bytes of the texts 4,
 *          content hash 32, SHA-256 of records and texts 32, SHA-256 of the head so far 32
 * records  one a sample: offset 8, length 4, identity 8, where its texts begin 4, SHA-256 of the picture 32
 * texts    of a sample: key, number of captions 4, captions; each text is its bytes 4, then UTF-8
 * </pre>
 *
 * <p>The head can be read, and believed, alone. Every number is checked against the bytes that are there before it is used.
 */
final class IndexFormat {
    static final int RECORD = 56;
    /** Reasons for which samples are left out that an index has room for. */
    static final int REASONS = 8;

    private static final long MAGIC = 0x7463_6c69_700d_0a1aL; // "tclip", CR, LF, end of file
    private static final int VERSION = 1;
    private static final int HASHED_HEAD =
            3 * Long.BYTES + 3 * Integer.BYTES + REASONS * Integer.BYTES + 2 * Sha256.BYTES;

    /** Bytes of a head. */
    static final int HEAD = HASHED_HEAD + Sha256.BYTES;

    private IndexFormat() {}

    /** What a head says, and how to check the rest. */
    record Head(ShardSummary summary, int textBytes, byte[] bodyHash) {}

    /** The whole file. */
    static byte[] write(Head head, byte[] body) {
        ShardSummary summary = head.summary;
        ByteBuffer out = ByteBuffer.allocate(HEAD + body.length);
        out.putLong(MAGIC).putInt(VERSION).putInt(summary.count());
        out.putLong(summary.stamp().size()).putLong(summary.stamp().version());
        summary.leftOut().forEach(out::putInt);
        out.putInt(head.textBytes)
                .put(HexFormat.of().parseHex(summary.contentHash()))
                .put(head.bodyHash);
        out.put(hash(out.array(), 0, HASHED_HEAD)).put(body);
        return out.array();
    }

    /**
     * Reads a head.
     *
     * @param bytes begins with it
     * @param fileSize of the whole index
     * @throws DamagedIndexException if it is none, or not of a file of this size
     */
    static Head head(byte[] bytes, long fileSize) throws DamagedIndexException {
        if (bytes.length < HEAD) {
            throw new DamagedIndexException("is not whole");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getLong() != MAGIC) {
            throw new DamagedIndexException("is no index");
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new DamagedIndexException("is of version " + version + ", not " + VERSION);
        }
        if (!Arrays.equals(bytes, HASHED_HEAD, HEAD, hash(bytes, 0, HASHED_HEAD), 0, Sha256.BYTES)) {
            throw new DamagedIndexException("is damaged");
        }
        int count = in.getInt();
        ShardStamp stamp = new ShardStamp(in.getLong(), in.getLong());
        List<Integer> leftOut = new ArrayList<>();
        for (int reason = 0; reason < REASONS; reason++) {
            leftOut.add(in.getInt());
        }
        int textBytes = in.getInt();
        byte[] contentHash = new byte[Sha256.BYTES];
        byte[] bodyHash = new byte[Sha256.BYTES];
        in.get(contentHash).get(bodyHash);
        long size = HEAD + (long) count * RECORD + textBytes;
        if (count < 0 || textBytes < 0 || size != fileSize || size > Integer.MAX_VALUE) {
            throw new DamagedIndexException("is not whole");
        }
        String hex = HexFormat.of().formatHex(contentHash);
        return new Head(new ShardSummary(stamp, count, hex, leftOut, (int) size), textBytes, bodyHash);
    }

    /** SHA-256 of some of the bytes. */
    static byte[] hash(byte[] bytes, int from, int to) {
        MessageDigest digest = Sha256.digest();
        digest.update(bytes, from, to - from);
        return digest.digest();
    }
}
