package io.tinyclip.data;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.step.ShardPin;
import java.util.Optional;
import java.util.function.Consumer;

/** Pairs of another dataset, fewer of them or seen otherwise: each pair is called as it is there. */
public interface DerivedPairs extends Dataset {
    /** Where the pairs come from; an index means the same pair there. */
    Dataset data();

    @Override
    default String contentHash() {
        return data().contentHash();
    }

    @Override
    default SampleContent content(int index) {
        return data().content(index);
    }

    @Override
    default int shardsToPin() {
        return data().shardsToPin();
    }

    @Override
    default Optional<ShardPin> pin(int index) {
        return data().pin(index);
    }

    @Override
    default Sample view(int index, long key, Preprocessing preprocessing) {
        return data().view(index, key, preprocessing);
    }

    @Override
    default Views gather(int[] indices) {
        return data().gather(indices);
    }

    @Override
    default SampleLabel label(int index) {
        return data().label(index);
    }

    @Override
    default long identity(int index) {
        return data().identity(index);
    }

    @Override
    default void forEachText(Consumer<String> text) {
        data().forEachText(text);
    }
}
