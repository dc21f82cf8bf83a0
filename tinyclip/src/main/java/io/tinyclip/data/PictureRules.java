package io.tinyclip.data;

import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.function.IntFunction;

/**
 * What a run makes of pictures that it cannot use.
 *
 * @param mostPixels with which a picture is used, as it is stored; above that it is bad
 * @param refuse whether a bad picture ends the run, instead of being left out
 */
public record PictureRules(int mostPixels, boolean refuse) {
    /** Whatever can be decoded is used, and what cannot is left out. */
    public static final PictureRules USUAL = new PictureRules(ImageDecoder.MOST_PIXELS, false);

    /**
     * Decodes under these rules.
     *
     * @param decoder takes the most pixels of a picture
     * @throws BadPictureException if the picture cannot be used, and is to be left out
     * @throws InvalidInputException if it cannot be used, and must not be left out
     */
    public RgbImage decode(IntFunction<RgbImage> decoder) {
        try {
            return decoder.apply(mostPixels);
        } catch (BadPictureException e) {
            throw refuse ? new InvalidInputException(String.valueOf(e.getMessage()), e) : e;
        }
    }
}
