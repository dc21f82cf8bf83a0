package io.tinyclip.cluster.forecast;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleContent;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.Views;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.step.ShardPin;
import java.util.Optional;
import java.util.function.Consumer;

/** The first pairs of a dataset, as many as a probe's step has: from the second step on what the teacher says is known. */
record FirstPairs(Dataset data, int size) implements Dataset {
    @Override
    public String contentHash() {
        return data.contentHash();
    }

    @Override
    public SampleContent content(int index) {
        return data.content(index);
    }

    @Override
    public int shardsToPin() {
        return data.shardsToPin();
    }

    @Override
    public Optional<ShardPin> pin(int index) {
        return data.pin(index);
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        return data.view(index, key, preprocessing);
    }

    @Override
    public Views gather(int[] indices) {
        return data.gather(indices);
    }

    @Override
    public SampleLabel label(int index) {
        return data.label(index);
    }

    @Override
    public long identity(int index) {
        return data.identity(index);
    }

    @Override
    public void forEachText(Consumer<String> text) {
        data.forEachText(text);
    }

    /** Who opened the pairs closes them. */
    @Override
    public void close() {}
}
