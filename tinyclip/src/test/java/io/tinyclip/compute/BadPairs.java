package io.tinyclip.compute;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import java.util.Set;
import java.util.function.Consumer;

/** Pairs of which some have a picture that cannot be used. */
record BadPairs(Dataset whole, Set<Integer> bad) implements Dataset {
    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        if (bad.contains(index)) {
            throw new BadPictureException("is torn");
        }
        return whole.view(index, key, preprocessing);
    }

    @Override
    public SampleLabel label(int index) {
        return new SampleLabel("x.tar", "key-" + index);
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
