package io.tinyclip.data.index;

import io.tinyclip.hash.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * How an index is written. Numbers are big-endian; a text is the number of its bytes 4, then UTF-8.
 *
 * <pre>
 * head     magic 8, version 4, bytes of the head 4, samples 4, bytes of the texts 4, size of the shard 8, its version 8,
 *          content hash 32, SHA-256 of records and texts 32, remarks 4 and of each: reason (text), number 8, example (text);
 *          SHA-256 of the head so far 32
 * records  one a sample: offset 8, length 4, identity 8, where its texts begin 4, SHA-256 of the picture 32
 * texts    of a sample: key, number of captions 4, captions
 * </pre>
 *
 * <p>The head can be read, and believed, alone. Every number is checked against the bytes that are there before it is used.
 */
final class IndexFormat {
    static final int RECORD = 56;
    /** Most heads are whole in so many bytes. */
    static final int USUAL_HEAD = 512;

    private static final long MAGIC = 0x7463_6c69_700d_0a1aL; // "tclip", CR, LF, end of file
    private static final int VERSION = 1;
    private static final int FIXED = 3 * Long.BYTES + 4 * Integer.BYTES + 2 * Sha256.BYTES;
    private static final int LEAST_HEAD = FIXED + Integer.BYTES + Sha256.BYTES;
    private static final int MOST_HEAD = 1 << 20;

    private IndexFormat() {}

    /** What a head says, and how to check the rest. */
    record Head(ShardSummary summary, int bytes, int textBytes, byte[] bodyHash) {}

    /**
     * The whole file.
     *
     * @param body records and texts, of which the last {@code textBytes} are texts
     */
    static byte[] write(ShardSummary summary, byte[] body, int textBytes) {
        ByteArrayOutputStream remarks = new ByteArrayOutputStream();
        for (Remark remark : summary.remarks()) {
            remarks.writeBytes(text(remark.reason()));
            remarks.writeBytes(
                    ByteBuffer.allocate(Long.BYTES).putLong(remark.number()).array());
            remarks.writeBytes(text(remark.example()));
        }
        int head = LEAST_HEAD + remarks.size();
        ByteBuffer out = ByteBuffer.allocate(head + body.length);
        out.putLong(MAGIC).putInt(VERSION).putInt(head).putInt(summary.count()).putInt(textBytes);
        out.putLong(summary.stamp().size()).putLong(summary.stamp().version());
        out.put(HexFormat.of().parseHex(summary.contentHash())).put(hash(body, 0, body.length));
        out.putInt(summary.remarks().size()).put(remarks.toByteArray());
        out.put(hash(out.array(), 0, head - Sha256.BYTES)).put(body);
        return out.array();
    }

    /** A text as it is written. */
    static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + utf8.length)
                .putInt(utf8.length)
                .put(utf8)
                .array();
    }

    /**
     * Bytes of the head of an index.
     *
     * @param begin of the index
     * @param fileSize of the whole index
     * @throws DamagedIndexException if it is none, or ends before its head does
     */
    static int headBytes(byte[] begin, long fileSize) throws DamagedIndexException {
        if (begin.length < LEAST_HEAD) {
            throw new DamagedIndexException("is not whole");
        }
        ByteBuffer in = ByteBuffer.wrap(begin);
        if (in.getLong() != MAGIC) {
            throw new DamagedIndexException("is no index");
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new DamagedIndexException("is of version " + version + ", not " + VERSION);
        }
        int bytes = in.getInt();
        if (bytes < LEAST_HEAD || bytes > MOST_HEAD) {
            throw new DamagedIndexException("is damaged");
        }
        if (bytes > fileSize) {
            throw new DamagedIndexException("is not whole");
        }
        return bytes;
    }

    /**
     * Reads a head.
     *
     * @param bytes begins with it
     * @param fileSize of the whole index
     * @throws DamagedIndexException if it is none, or not of a file of this size
     */
    static Head head(byte[] bytes, long fileSize) throws DamagedIndexException {
        int head = headBytes(bytes, fileSize);
        int hashed = head - Sha256.BYTES;
        if (bytes.length < head || !Arrays.equals(bytes, hashed, head, hash(bytes, 0, hashed), 0, Sha256.BYTES)) {
            throw new DamagedIndexException("is damaged");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, hashed);
        in.position(Long.BYTES + 2 * Integer.BYTES);
        int count = in.getInt();
        int textBytes = in.getInt();
        ShardStamp stamp = new ShardStamp(in.getLong(), in.getLong());
        byte[] contentHash = new byte[Sha256.BYTES];
        byte[] bodyHash = new byte[Sha256.BYTES];
        in.get(contentHash).get(bodyHash);
        long size = head + (long) count * RECORD + textBytes;
        if (count < 0 || textBytes < 0 || size != fileSize || size > Integer.MAX_VALUE) {
            throw new DamagedIndexException("is not whole");
        }
        String hex = HexFormat.of().formatHex(contentHash);
        return new Head(new ShardSummary(stamp, count, hex, remarks(in), (int) size), head, textBytes, bodyHash);
    }

    private static List<Remark> remarks(ByteBuffer in) throws DamagedIndexException {
        try {
            List<Remark> remarks = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                remarks.add(new Remark(text(in), in.getLong(), text(in)));
            }
            return remarks;
        } catch (BufferUnderflowException e) {
            throw new DamagedIndexException("has remarks that cannot be");
        }
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] utf8 = new byte[length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** SHA-256 of some of the bytes. */
    static byte[] hash(byte[] bytes, int from, int to) {
        MessageDigest digest = Sha256.digest();
        digest.update(bytes, from, to - from);
        return digest.digest();
    }
}
