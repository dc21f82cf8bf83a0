package io.tinyclip.image;

import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;

/** BMP to RGB; samples of fewer bits than eight are stretched to 255 and rounded down. */
final class BmpPixels {
    private static final int CHANNELS = 3;
    private static final int MOST = 255;
    private static final int WIDTH = 18;
    private static final int COMPRESSION = 30;
    /** The last way of packing pixels that is BMP's own; further ones put a file of another format inside. */
    private static final int BIT_FIELDS = 3;

    private static final int COLOURS = 46;
    private static final int MOST_COLOURS = 256;
    private static final int NEW_HEADER = 40;
    private static final int HEADER_LENGTH = 14;

    private BmpPixels() {}

    /**
     * Pixels along its sides.
     *
     * @throws IllegalArgumentException if it claims what no BMP needs, and a reader would believe it
     */
    static Dimension size(byte[] bmp) {
        if (bmp.length < COLOURS + Integer.BYTES) {
            throw new IllegalArgumentException("the file is cut short");
        }
        ByteBuffer bytes = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(HEADER_LENGTH) < NEW_HEADER) {
            int height = bytes.getShort(WIDTH + Short.BYTES) & 0xffff;
            return new Dimension(bytes.getShort(WIDTH) & 0xffff, height);
        }
        int compression = bytes.getInt(COMPRESSION);
        if (compression < 0 || compression > BIT_FIELDS) {
            throw new IllegalArgumentException("a BMP of compression " + compression);
        }
        int colours = bytes.getInt(COLOURS);
        if (colours < 0 || colours > MOST_COLOURS) {
            throw new IllegalArgumentException("a table of " + colours + " colours");
        }
        int height = bytes.getInt(WIDTH + Integer.BYTES);
        // A picture that is stored from its upper edge has a negative height.
        return new Dimension(bytes.getInt(WIDTH), height == Integer.MIN_VALUE ? Integer.MAX_VALUE : Math.abs(height));
    }

    static RgbImage read(ImageReader reader) throws IOException {
        BufferedImage image = reader.read(0);
        if (image.getColorModel() instanceof IndexColorModel) {
            return StoredSamples.colours(image);
        }
        Raster raster = image.getRaster();
        SampleModel samples = raster.getSampleModel();
        if (samples.getNumBands() < CHANNELS) {
            return StoredSamples.of(raster, 0);
        }
        byte[] rgb = new byte[image.getWidth() * image.getHeight() * CHANNELS];
        int[] row = new int[image.getWidth() * samples.getNumBands()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, image.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += samples.getNumBands()) {
                for (int channel = 0; channel < CHANNELS; channel++) {
                    int most = (1 << samples.getSampleSize(channel)) - 1;
                    rgb[at++] = (byte) (row[x + channel] * MOST / most);
                }
            }
        }
        return new RgbImage(image.getWidth(), image.getHeight(), rgb);
    }
}
