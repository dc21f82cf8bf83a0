package io.tinyclip.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/** The first picture of a TIFF to RGB, turned as its tag of orientation says. */
final class TiffPixels {
    private static final int CHANNELS = 3;
    private static final int INKS = 4;
    private static final int MOST = 255;

    private TiffPixels() {}

    static RgbImage read(ImageReader reader, TiffHeader header) throws IOException {
        BufferedImage image = reader.read(0);
        return turned(colours(image, header), header.orientation());
    }

    private static RgbImage colours(BufferedImage image, TiffHeader header) {
        Raster raster = image.getRaster();
        if (header.meaning() == TiffHeader.TABLE) {
            return colours(raster, header.table());
        }
        if (image.getColorModel() instanceof IndexColorModel) {
            return StoredSamples.colours(image);
        }
        int bits = raster.getSampleModel().getSampleSize(0);
        if (bits != Byte.SIZE && bits != Short.SIZE) {
            throw new IllegalArgumentException("samples of " + bits + " bits");
        }
        if (header.meaning() == TiffHeader.INK) {
            return light(raster, bits - Byte.SIZE);
        }
        boolean clips = raster.getNumBands() < CHANNELS;
        return StoredSamples.of(raster, clips ? 0 : bits - Byte.SIZE);
    }

    /** @throws ArrayIndexOutOfBoundsException if a pixel has a number that is not in the table */
    private static RgbImage colours(Raster raster, byte[] table) {
        if (raster.getNumBands() != 1) {
            throw new IllegalArgumentException(raster.getNumBands() + " samples a pixel in a table of colours");
        }
        int colours = table.length / CHANNELS;
        byte[] rgb = new byte[raster.getWidth() * raster.getHeight() * CHANNELS];
        int[] row = new int[raster.getWidth()];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int number : raster.getPixels(raster.getMinX(), raster.getMinY() + y, row.length, 1, row)) {
                rgb[at++] = table[number];
                rgb[at++] = table[colours + number];
                rgb[at++] = table[2 * colours + number];
            }
        }
        return new RgbImage(raster.getWidth(), raster.getHeight(), rgb);
    }

    /** Inks to light, each of the colours taking its share of what black leaves, in Pillow's fixed point. */
    private static RgbImage light(Raster raster, int surplus) {
        if (raster.getNumBands() < INKS) {
            throw new IllegalArgumentException(raster.getNumBands() + " inks");
        }
        int bands = raster.getNumBands();
        byte[] rgb = new byte[raster.getWidth() * raster.getHeight() * CHANNELS];
        int[] row = new int[raster.getWidth() * bands];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands) {
                int light = MOST - (row[x + CHANNELS] >> surplus);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    rgb[at++] = JpegPixels.share(row[x + channel] >> surplus, light);
                }
            }
        }
        return new RgbImage(raster.getWidth(), raster.getHeight(), rgb);
    }

    private static RgbImage turned(RgbImage image, int orientation) {
        if (orientation == 1) {
            return image;
        }
        boolean sideways = orientation > 4;
        int width = sideways ? image.height() : image.width();
        int height = sideways ? image.width() : image.height();
        int right = image.width() - 1;
        int bottom = image.height() - 1;
        byte[] rgb = new byte[image.rgb().length];
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromX =
                        switch (orientation) {
                            case 2, 3 -> right - x;
                            case 4 -> x;
                            case 5, 6 -> y;
                            default -> right - y;
                        };
                int fromY =
                        switch (orientation) {
                            case 2 -> y;
                            case 3, 4 -> bottom - y;
                            case 5, 8 -> x;
                            default -> bottom - x;
                        };
                System.arraycopy(image.rgb(), (fromY * image.width() + fromX) * CHANNELS, rgb, to, CHANNELS);
                to += CHANNELS;
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
