package io.tinyclip.data.labelled;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;

/** Pictures of which each belongs to one class. May be asked by several threads at once. */
public interface LabelledPictures {
    /** Pictures. */
    int size();

    /** The class of a picture, from 0. */
    int label(int index);

    /** A picture as models are evaluated on it. */
    RgbImage picture(int index, Preprocessing preprocessing);
}
