package io.tinyclip.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/** PNG to RGB: samples as they are stored, since {@code BufferedImage.getRGB} reads grey as linear light and brightens it. */
final class PngPixels {
    private static final int CHANNELS = 3;
    private static final int MOST = 255;
    /** Places of the header's bits of a sample and type of colour. */
    private static final int DEPTH = 24;

    private static final int COLOUR_TYPE = 25;

    private PngPixels() {}

    static RgbImage read(ImageReader reader, byte[] png) throws IOException {
        BufferedImage image = reader.read(0);
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[width * height * CHANNELS];
        if (image.getColorModel() instanceof IndexColorModel) {
            copyColours(image, rgb);
        } else {
            boolean clips = png[DEPTH] > Byte.SIZE && png[COLOUR_TYPE] == 0;
            // Fewer bits come as eight already: the reader widens them where one grey is transparent.
            copySamples(image.getRaster(), clips ? 0 : Math.max(0, png[DEPTH] - Byte.SIZE), rgb);
        }
        return new RgbImage(width, height, rgb);
    }

    private static void copyColours(BufferedImage image, byte[] rgb) {
        int[] row = new int[image.getWidth()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int colour : image.getRGB(0, y, row.length, 1, row, 0, row.length)) {
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
    }

    /** @param surplus low bits of a sample that are cut off; what is still above 255 becomes 255 */
    private static void copySamples(Raster raster, int surplus, byte[] rgb) {
        int bands = raster.getNumBands();
        boolean grey = bands < CHANNELS;
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
    }
}
