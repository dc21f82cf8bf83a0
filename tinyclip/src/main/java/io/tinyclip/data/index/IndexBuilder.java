package io.tinyclip.data.index;

import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Puts an index together, sample by sample. */
public final class IndexBuilder {
    /** Most bytes of an index; with short captions about seven million samples. */
    private static final int MOST_BYTES = 1 << 30;

    private final String location;
    private final List<byte[]> records = new ArrayList<>();
    private final ByteArrayOutputStream texts = new ByteArrayOutputStream();
    private final ContentHash hash = new ContentHash("tinyclip shard 1");

    /** @param location of the shard, for messages */
    public IndexBuilder(String location) {
        this.location = location;
    }

    /**
     * Adds the next sample.
     *
     * @throws InvalidInputException if the shard holds more than an index can
     */
    public void add(IndexedSample sample) {
        byte[] caption = sample.captions().get(0).getBytes(StandardCharsets.UTF_8);
        long identity = ByteBuffer.wrap(Sha256.digest().digest(caption)).getLong();
        ByteBuffer record = ByteBuffer.allocate(IndexFormat.RECORD);
        record.putLong(sample.offset())
                .putInt(sample.length())
                .putLong(identity)
                .putInt(texts.size());
        records.add(record.put(sample.checksum()).array());
        hash.add(sample.key()).add(sample.length()).add(sample.checksum());
        hash.add(sample.captions().size());
        write(sample.key());
        texts.writeBytes(number(sample.captions().size()));
        for (String text : sample.captions()) {
            hash.add(text);
            write(text);
        }
        if ((long) records.size() * IndexFormat.RECORD + texts.size() > MOST_BYTES) {
            throw new InvalidInputException("tar [" + location + "] holds more than [" + records.size()
                    + "] samples, whose index would have more than [" + MOST_BYTES + "] bytes; cut it into several");
        }
    }

    /**
     * The index.
     *
     * @param stamp of the shard
     * @param leftOut samples left out, by reason, at most 8 reasons
     */
    public ShardIndex build(ShardStamp stamp, List<Integer> leftOut) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(records.size() * IndexFormat.RECORD + texts.size());
        records.forEach(body::writeBytes);
        body.writeBytes(texts.toByteArray());
        byte[] rest = body.toByteArray();
        List<Integer> reasons = new ArrayList<>(leftOut);
        reasons.addAll(Collections.nCopies(IndexFormat.REASONS - leftOut.size(), 0));
        ShardSummary summary = new ShardSummary(
                stamp, records.size(), hash.add(records.size()).hex(), reasons, IndexFormat.HEAD + rest.length);
        byte[] bodyHash = IndexFormat.hash(rest, 0, rest.length);
        return new ShardIndex(summary, IndexFormat.write(new IndexFormat.Head(summary, texts.size(), bodyHash), rest));
    }

    private void write(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        texts.writeBytes(number(utf8.length));
        texts.writeBytes(utf8);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
