package io.tinyclip.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/** Samples as a file stores them to RGB, without the conversions by which Java would make grey brighter. */
final class StoredSamples {
    private static final int CHANNELS = 3;
    private static final int MOST = 255;

    private StoredSamples() {}

    /** The colours that a table or the colour model gives; transparency is dropped. */
    static RgbImage colours(BufferedImage image) {
        byte[] rgb = new byte[image.getWidth() * image.getHeight() * CHANNELS];
        int[] row = new int[image.getWidth()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int colour : image.getRGB(0, y, row.length, 1, row, 0, row.length)) {
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
        return new RgbImage(image.getWidth(), image.getHeight(), rgb);
    }

    /**
     * The first three samples of each pixel, or the first for all three channels where there are fewer.
     *
     * @param surplus low bits of a sample that are cut off; what is still above 255 becomes 255
     */
    static RgbImage of(Raster raster, int surplus) {
        int bands = raster.getNumBands();
        boolean grey = bands < CHANNELS;
        byte[] rgb = new byte[raster.getWidth() * raster.getHeight() * CHANNELS];
        int[] row = new int[raster.getWidth() * bands];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands) {
                for (int channel = 0; channel < CHANNELS; channel++) {
                    rgb[at++] = (byte) Math.min(MOST, row[grey ? x : x + channel] >> surplus);
                }
            }
        }
        return new RgbImage(raster.getWidth(), raster.getHeight(), rgb);
    }
}
