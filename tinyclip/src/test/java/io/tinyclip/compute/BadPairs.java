package io.tinyclip.compute;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import java.util.Set;

/** Pairs of which some have a picture that cannot be used. */
final class BadPairs extends OtherPairs {
    private final Set<Integer> bad;

    BadPairs(Dataset whole, Set<Integer> bad) {
        super(whole);
        this.bad = bad;
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        if (bad.contains(index)) {
            throw new BadPictureException("is torn");
        }
        return super.view(index, key, preprocessing);
    }

    @Override
    public SampleLabel label(int index) {
        return new SampleLabel("x.tar", "key-" + index);
    }
}
