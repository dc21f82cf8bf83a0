package io.tinyclip.data.index;

import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
     * @param remarks on what was not added
     */
    public ShardIndex build(ShardStamp stamp, List<Remark> remarks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(records.size() * IndexFormat.RECORD + texts.size());
        records.forEach(body::writeBytes);
        body.writeBytes(texts.toByteArray());
        String contentHash = hash.add(records.size()).hex();
        ShardSummary summary = new ShardSummary(stamp, records.size(), contentHash, remarks, body.size());
        try {
            return ShardIndex.read(IndexFormat.write(summary, body.toByteArray(), texts.size()));
        } catch (DamagedIndexException e) {
            throw new IllegalStateException("the index that was made of [" + location + "] " + e.getMessage(), e);
        }
    }

    private void write(String text) {
        texts.writeBytes(IndexFormat.text(text));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
