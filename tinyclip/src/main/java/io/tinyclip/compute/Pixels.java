package io.tinyclip.compute;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.nio.FloatBuffer;

/** 8-bit pictures to the numbers that a tower takes: {@code (value / 255 - mean) / std}, channels first. */
final class Pixels {
    static final int CHANNELS = 3;
    static final int LEVELS = 256;

    private final float[][] levels = new float[CHANNELS][LEVELS];

    Pixels(Preprocessing preprocessing) {
        for (int c = 0; c < CHANNELS; c++) {
            float mean = preprocessing.mean().get(c).floatValue();
            float std = preprocessing.std().get(c).floatValue();
            for (int level = 0; level < LEVELS; level++) {
                levels[c][level] = (level / 255f - mean) / std;
            }
        }
    }

    /** (3, 256) the number of each level of red, green and blue. */
    float[] levels() {
        float[] all = new float[CHANNELS * LEVELS];
        for (int c = 0; c < CHANNELS; c++) {
            System.arraycopy(levels[c], 0, all, c * LEVELS, LEVELS);
        }
        return all;
    }

    /** Appends one picture as (3, height, width). */
    void put(RgbImage image, FloatBuffer out) {
        byte[] rgb = image.rgb();
        float[] plane = new float[image.width() * image.height()];
        for (int c = 0; c < CHANNELS; c++) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = levels[c][rgb[i * CHANNELS + c] & 0xFF];
            }
            out.put(plane);
        }
    }
}
