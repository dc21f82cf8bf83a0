package io.tinyclip.data;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.step.ShardPin;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Image-text pairs by index. Every method is a pure function of its arguments and of the content that
 * {@link #contentHash} names, and may be called by several threads at once.
 */
public interface Dataset extends AutoCloseable {
    /** Pairs. */
    int size();

    /** SHA-256, in hex, of everything that decides what the other methods return. */
    String contentHash();

    /**
     * The same pairs as a run has them whose record calls their content by this hash; this dataset, if it is no hash by which
     * an earlier version called it.
     */
    default Dataset knownAs(String hash) {
        return this;
    }

    /**
     * What a pair is called by content: by its shard and its place there, where there are shards. Pairs of one content follow
     * each other from place 0 on.
     */
    default SampleContent content(int index) {
        return new SampleContent(contentHash(), index, size());
    }

    /**
     * The first pair of each shard, and the number of all pairs behind them, where a step is to take runs of neighbours of
     * shards; empty where any pair may follow any other.
     */
    default int[] shards() {
        return new int[0];
    }

    /** Shards of which the content hash covers the number of pairs alone; they have the numbers from 0 on. */
    default int shardsToPin() {
        return 0;
    }

    /**
     * What the shard that a pair lies in was found to hold, by whoever asks for pairs here; read now if it was not yet.
     *
     * @return empty where the content hash covers it
     */
    default Optional<ShardPin> pin(int index) {
        return Optional.empty();
    }

    /** Most bytes of heap that this holds, besides what it returns. */
    default long heapBytes() {
        return 0;
    }

    /**
     * A training view of a pair: a random crop (photos) or random colours (icons) and one of its captions.
     *
     * @param index 0 to size - 1
     * @param key decides all that is random, see {@code io.tinyclip.random.Counter}
     * @param preprocessing how the picture becomes a tower's input: its size, and the filter of its resizing
     * @throws io.tinyclip.image.BadPictureException if the picture's bytes are whole and no picture that can be used
     */
    Sample view(int index, long key, Preprocessing preprocessing);

    /**
     * Reads what views of these pairs take, in as few reads as their places allow. What cannot be read is read again, and
     * fails, when its view is asked for.
     *
     * @param indices each 0 to size - 1
     */
    default Views gather(int[] indices) {
        return this::view;
    }

    /** What a pair is called where it lies, for people. */
    default SampleLabel label(int index) {
        return new SampleLabel("", Integer.toString(index));
    }

    /** Pairs with the same value are positives of each other in the contrastive loss (same name, same caption). */
    long identity(int index);

    /** Every text whose tokens some view may use; texts may be whole captions or their parts. */
    void forEachText(Consumer<String> text);

    @Override
    void close();
}
