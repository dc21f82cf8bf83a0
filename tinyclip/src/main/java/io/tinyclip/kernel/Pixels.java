package io.tinyclip.kernel;

import io.tinyclip.image.RgbImage;
import java.nio.FloatBuffer;

/**
 * 8-bit pictures to the numbers that a tower takes: {@code (value / 255 - mean) / std}, channels first.
 *
 * @param mean of red, green and blue, in 0..1
 * @param std of red, green and blue, in 0..1
 */
public record Pixels(float[] mean, float[] std) {
    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;

    /** OpenAI's means and deviations, which OpenCLIP's and TinyCLIP's models share. */
    public static Pixels clip() {
        return new Pixels(
                new float[] {0.48145466f, 0.4578275f, 0.40821073f},
                new float[] {0.26862954f, 0.26130258f, 0.27577711f});
    }

    /** Appends one picture as (3, height, width). */
    void put(RgbImage image, FloatBuffer out) {
        byte[] rgb = image.rgb();
        float[] plane = new float[image.width() * image.height()];
        float[] table = new float[LEVELS];
        for (int c = 0; c < CHANNELS; c++) {
            for (int level = 0; level < LEVELS; level++) {
                table[level] = (level / 255f - mean[c]) / std[c];
            }
            for (int i = 0; i < plane.length; i++) {
                plane[i] = table[rgb[i * CHANNELS + c] & 0xFF];
            }
            out.put(plane);
        }
    }
}
