package io.tinyclip.data;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;

/** A user's own pairs: pictures with captions, on which a model can be judged, too. */
public interface PairDataset extends Dataset {
    /** A pair's picture as models are evaluated on it: not random, the shorter side resized, the middle cut out. */
    RgbImage plain(int index, Preprocessing preprocessing);

    /** All captions of a pair, at least one. */
    List<String> captions(int index);

    /**
     * The same pairs, whose views are made of pictures decoded no larger than they need to be, see {@link
     * Preprocessing#training(byte[], String, long, boolean, int)}. Other pixels, so another content.
     */
    PairDataset atReducedScale();

    /** The same pairs, whose views are made under other rules, which are no part of the content. */
    PairDataset under(PictureRules rules);
}
