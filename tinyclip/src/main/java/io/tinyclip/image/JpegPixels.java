package io.tinyclip.image;

import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/**
 * JPEG of inks to RGB. The JDK's decoder yields the samples as they are stored, since it cannot convert CMYK; what they mean
 * for RGB is computed here, in the fixed point of the IJG's library and of Pillow, which Leptonica's is not.
 */
final class JpegPixels {
    private static final int CHANNELS = 3;
    private static final int MOST = 255;
    private static final int MIDDLE = 128;
    private static final int BITS = 16;
    private static final int HALF = 1 << (BITS - 1);
    // CCIR 601, times 2 to the power of 16
    private static final int RED_OF_CR = 91881;
    private static final int BLUE_OF_CB = 116130;
    private static final int GREEN_OF_CB = -22554;
    private static final int GREEN_OF_CR = -46802;

    private JpegPixels() {}

    static RgbImage read(ImageReader reader, JpegColours colours) throws IOException {
        Raster raster = reader.readRaster(0, null);
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[width * raster.getHeight() * CHANNELS];
        int[] row = new int[width * bands];
        for (int y = 0, at = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < row.length; x += bands, at += CHANNELS) {
                convert(colours, row, x, rgb, at);
            }
        }
        return new RgbImage(width, raster.getHeight(), rgb);
    }

    private static void convert(JpegColours colours, int[] in, int x, byte[] rgb, int at) {
        if (colours == JpegColours.YCCK) {
            fromLuma(in, x, rgb, at);
            for (int channel = at; channel < at + CHANNELS; channel++) {
                rgb[channel] = (byte) ~rgb[channel];
            }
        } else {
            put(in[x], in[x + 1], in[x + 2], rgb, at);
        }
        darken(in[x + CHANNELS], rgb, at);
    }

    private static void fromLuma(int[] in, int x, byte[] rgb, int at) {
        int luma = in[x];
        int cb = in[x + 1] - MIDDLE;
        int cr = in[x + 2] - MIDDLE;
        int red = luma + ((RED_OF_CR * cr + HALF) >> BITS);
        int green = luma + ((GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF) >> BITS);
        int blue = luma + ((BLUE_OF_CB * cb + HALF) >> BITS);
        put(clamped(red), clamped(green), clamped(blue), rgb, at);
    }

    /**
     * From inks to light. Files hold inks inverted, as Adobe began to and all follow: {@code light} is what the paper
     * reflects under black ink alone, and each of the other inks takes its share of that.
     */
    private static void darken(int light, byte[] rgb, int at) {
        for (int channel = at; channel < at + CHANNELS; channel++) {
            rgb[channel] = share(MOST - (rgb[channel] & 0xff), light);
        }
    }

    /** What an ink leaves of the light that black ink leaves. */
    static byte share(int ink, int light) {
        int product = ink * light + MIDDLE;
        return (byte) (light - (((product >> Byte.SIZE) + product) >> Byte.SIZE));
    }

    private static int clamped(int value) {
        return Math.max(0, Math.min(MOST, value));
    }

    private static void put(int red, int green, int blue, byte[] rgb, int at) {
        rgb[at] = (byte) red;
        rgb[at + 1] = (byte) green;
        rgb[at + 2] = (byte) blue;
    }
}
