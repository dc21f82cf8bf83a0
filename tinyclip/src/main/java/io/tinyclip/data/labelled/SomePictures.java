package io.tinyclip.data.labelled;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;

/** Some pictures of a set, at even distances, so that a set whose classes lie one behind the other has all of them here, too. */
public final class SomePictures implements LabelledPictures {
    private final LabelledPictures all;
    private final int size;

    private SomePictures(LabelledPictures all, int size) {
        this.all = all;
        this.size = size;
    }

    /** @param most pictures; 0 for all there are */
    public static LabelledPictures of(LabelledPictures all, int most) {
        return most == 0 || most >= all.size() ? all : new SomePictures(all, most);
    }

    private int at(int index) {
        return (int) ((long) index * all.size() / size);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int label(int index) {
        return all.label(at(index));
    }

    @Override
    public RgbImage picture(int index, Preprocessing preprocessing) {
        return all.picture(at(index), preprocessing);
    }

    @Override
    public SampleLabel name(int index) {
        return all.name(at(index));
    }

    @Override
    public String contentHash() {
        return new ContentHash("tinyclip some pictures 1")
                .add(all.contentHash())
                .add(size)
                .hex();
    }
}
