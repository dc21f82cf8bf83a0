package io.tinyclip.data.index;

import io.tinyclip.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The samples of a shard in their order, kept as the bytes of their file; may be asked by several threads at once. */
public final class ShardIndex {
    private static final int IDENTITY = Long.BYTES + Integer.BYTES;
    private static final int TEXTS = IDENTITY + Long.BYTES;
    private static final int CHECKSUM = TEXTS + Integer.BYTES;

    private final ShardSummary summary;
    private final int head;
    private final byte[] bytes;
    private final ByteBuffer view;

    private ShardIndex(IndexFormat.Head head, byte[] bytes) {
        this.summary = head.summary();
        this.head = head.bytes();
        this.bytes = bytes;
        this.view = ByteBuffer.wrap(bytes);
    }

    /**
     * Reads an index.
     *
     * @throws DamagedIndexException if a byte of it is not as it was written, or what it says cannot be
     */
    static ShardIndex read(byte[] bytes) throws DamagedIndexException {
        IndexFormat.Head head = IndexFormat.head(bytes, bytes.length);
        if (!Arrays.equals(head.bodyHash(), IndexFormat.hash(bytes, head.bytes(), bytes.length))) {
            throw new DamagedIndexException("is damaged");
        }
        ShardIndex index = new ShardIndex(head, bytes);
        for (int sample = 0; sample < index.size(); sample++) {
            index.requireSound(sample);
        }
        return index;
    }

    public ShardSummary summary() {
        return summary;
    }

    /** Samples. */
    public int size() {
        return summary.count();
    }

    /** Of a picture in the shard. */
    public long offset(int sample) {
        return view.getLong(record(sample));
    }

    /** Bytes of a picture. */
    public int length(int sample) {
        return view.getInt(record(sample) + Long.BYTES);
    }

    /** Whether these are a picture's bytes. */
    public boolean matches(int sample, byte[] picture) {
        int at = record(sample) + CHECKSUM;
        byte[] hash = IndexFormat.hash(picture, 0, picture.length);
        return Arrays.equals(bytes, at, at + Sha256.BYTES, hash, 0, Sha256.BYTES);
    }

    /** Equal for samples whose first captions are. */
    public long identity(int sample) {
        return view.getLong(record(sample) + IDENTITY);
    }

    public String key(int sample) {
        return text(texts(sample));
    }

    /** At least one. */
    public List<String> captions(int sample) {
        int at = behind(texts(sample));
        int count = view.getInt(at);
        at += Integer.BYTES;
        List<String> captions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            captions.add(text(at));
            at = behind(at);
        }
        return captions;
    }

    /** The whole file. */
    byte[] bytes() {
        return bytes;
    }

    private int record(int sample) {
        if (sample < 0 || sample >= summary.count()) {
            throw new IndexOutOfBoundsException("sample [" + sample + "] of [" + summary.count() + "]");
        }
        return head + sample * IndexFormat.RECORD;
    }

    private int texts(int sample) {
        return head + size() * IndexFormat.RECORD + view.getInt(record(sample) + TEXTS);
    }

    private String text(int at) {
        return new String(bytes, at + Integer.BYTES, view.getInt(at), StandardCharsets.UTF_8);
    }

    private int behind(int at) {
        return at + Integer.BYTES + view.getInt(at);
    }

    private void requireSound(int sample) throws DamagedIndexException {
        long end = offset(sample) + length(sample);
        boolean sound = offset(sample) >= 0
                && length(sample) > 0
                && end > 0
                && end <= summary.stamp().size();
        int from = view.getInt(record(sample) + TEXTS);
        long at = from < 0 ? -1 : behindChecked(texts(sample));
        sound &= at >= 0 && at + Integer.BYTES <= bytes.length && view.getInt((int) at) > 0;
        if (sound) {
            int captions = view.getInt((int) at);
            at += Integer.BYTES;
            for (int i = 0; i < captions && at >= 0; i++) {
                at = behindChecked(at);
            }
            sound = at >= 0;
        }
        if (!sound) {
            throw new DamagedIndexException("has a sample that cannot be");
        }
    }

    /** Where a text ends, or -1 if it is not within the file. */
    private long behindChecked(long at) {
        if (at < 0 || at + Integer.BYTES > bytes.length) {
            return -1;
        }
        long length = view.getInt((int) at);
        long end = at + Integer.BYTES + length;
        return length < 0 || end > bytes.length ? -1 : end;
    }
}
