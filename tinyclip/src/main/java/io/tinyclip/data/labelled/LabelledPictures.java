package io.tinyclip.data.labelled;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;

/** Pictures of which each belongs to one class. May be asked by several threads at once. */
public interface LabelledPictures {
    /** Pictures. */
    int size();

    /** The class of a picture, from 0. */
    int label(int index);

    /**
     * A picture as models are evaluated on it.
     *
     * @throws io.tinyclip.image.BadPictureException if its bytes are whole and no picture that can be used
     */
    RgbImage picture(int index, Preprocessing preprocessing);

    /** What a picture is called where it lies, for people. */
    SampleLabel name(int index);

    /** SHA-256, in hex, of what decides the pictures and their classes. */
    String contentHash();
}
