package io.tinyclip.data;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.random.Counter;
import java.util.HexFormat;

/**
 * The pairs of a dataset in few views: a pair has K of them, each a function of the sample's content and of a number k below K
 * alone. So they recur in every run over the same shards, whatever its seed, batch and order, and what a teacher says of one can
 * be kept for ever. Which of them a key shows, the key decides, and with it the seed, the pass and the pair.
 */
public final class RecurringViews implements DerivedPairs {
    private static final long VIEW = 0x7265637572L;
    private static final long CHOICE = 0x63686f696365L;

    private final Dataset data;
    private final int count;

    /** @param count K, views of each pair, at least 1 */
    public RecurringViews(Dataset data, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("views [" + count + "] must be at least 1");
        }
        this.data = data;
        this.count = count;
    }

    /** Whose content hash is this one's, too: how many views there are is a setting of the run. */
    @Override
    public Dataset data() {
        return data;
    }

    /** K. */
    public int count() {
        return count;
    }

    /** The number of the view, below K, that a pair shows under a key. */
    public int number(long key) {
        return Counter.below(Counter.key(key, CHOICE), 0, count);
    }

    /**
     * A view by its number.
     *
     * @throws io.tinyclip.image.BadPictureException if the picture's bytes are whole and no picture that can be used
     */
    public Sample numbered(int index, int number, Preprocessing preprocessing) {
        return data.view(index, key(index, number), preprocessing);
    }

    private long key(int index, int number) {
        SampleContent content = data.content(index);
        long hash = HexFormat.fromHexDigitsToLong(content.hash(), 0, 2 * Long.BYTES);
        return Counter.key(VIEW, hash, content.place(), number);
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        return numbered(index, number(key), preprocessing);
    }

    @Override
    public Views gather(int[] indices) {
        Views gathered = data.gather(indices);
        return (index, key, preprocessing) -> gathered.view(index, key(index, number(key)), preprocessing);
    }

    @Override
    public int size() {
        return data.size();
    }

    @Override
    public Dataset knownAs(String hash) {
        return new RecurringViews(data.knownAs(hash), count);
    }

    @Override
    public int[] shards() {
        return data.shards();
    }

    @Override
    public long heapBytes() {
        return data.heapBytes();
    }

    @Override
    public void close() {
        data.close();
    }
}
