package io.tinyclip.compute;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.image.Preprocessing;
import java.util.function.Consumer;

/** The pairs of a dataset, of which a test changes or watches something. */
abstract class OtherPairs implements Dataset {
    private final Dataset whole;

    OtherPairs(Dataset whole) {
        this.whole = whole;
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        return whole.view(index, key, preprocessing);
    }

    @Override
    public int size() {
        return whole.size();
    }

    @Override
    public String contentHash() {
        return whole.contentHash();
    }

    @Override
    public long identity(int index) {
        return whole.identity(index);
    }

    @Override
    public void forEachText(Consumer<String> text) {
        whole.forEachText(text);
    }

    @Override
    public void close() {
        whole.close();
    }
}
