package io.tinyclip.data;

import io.tinyclip.image.ImageDecoder;

/**
 * What a run makes of pictures that it cannot use.
 *
 * @param mostPixels with which a picture is used, as it is stored; above that it is bad
 * @param refuse whether a bad picture ends the run, instead of being left out
 */
public record PictureRules(int mostPixels, boolean refuse) {
    /** Whatever can be decoded is used, and what cannot is left out. */
    public static final PictureRules USUAL = new PictureRules(ImageDecoder.MOST_PIXELS, false);
}
