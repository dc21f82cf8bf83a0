package io.tinyclip.taught;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.SampleContent;
import java.util.function.ObjIntConsumer;

/**
 * The samples of one file: neighbours of one shard.
 *
 * @param content of the shard, see {@link SampleContent}
 * @param first sample, by its place in the shard
 * @param count samples
 */
public record TaughtRange(String content, int first, int count) {
    /** The range, of those that a shard is cut into, that holds a sample. */
    static TaughtRange of(SampleContent sample, int length) {
        int first = sample.place() / length * length;
        return new TaughtRange(sample.hash(), first, Math.min(length, sample.count() - first));
    }

    /** All ranges of a dataset, each with the index of its first sample, which rises. */
    static void forEach(Dataset data, int length, ObjIntConsumer<TaughtRange> consumer) {
        int index = 0;
        while (index < data.size()) {
            TaughtRange range = of(data.content(index), length);
            consumer.accept(range, index);
            index += range.count;
        }
    }
}
