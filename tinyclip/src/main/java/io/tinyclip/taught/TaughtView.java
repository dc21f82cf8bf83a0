package io.tinyclip.taught;

import io.tinyclip.rounding.Rounding;

/**
 * What a teacher says of a view: its embeddings, rounded to half precision, or nothing of a picture that cannot be used.
 *
 * @param image (E), empty of a bad picture
 * @param text (E) alike
 */
public record TaughtView(float[] image, float[] text) {
    /** Of a picture that cannot be used. */
    public static final TaughtView BAD = new TaughtView(new float[0], new float[0]);

    /** Rounds what was computed, so that it is what will be read. */
    public static TaughtView rounded(float[] image, float[] text) {
        return new TaughtView(Rounding.FP16.rounded(image), Rounding.FP16.rounded(text));
    }

    public boolean isBad() {
        return image.length == 0;
    }
}
