package io.tinyclip.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;

/** PNG to RGB: samples as they are stored, since {@code BufferedImage.getRGB} reads grey as linear light and brightens it. */
final class PngPixels {
    /** Places of the header's bits of a sample and type of colour. */
    private static final int DEPTH = 24;

    private static final int COLOUR_TYPE = 25;

    private PngPixels() {}

    static RgbImage read(ImageReader reader, byte[] png) throws IOException {
        BufferedImage image = reader.read(0);
        if (image.getColorModel() instanceof IndexColorModel) {
            return StoredSamples.colours(image);
        }
        boolean clips = png[DEPTH] > Byte.SIZE && png[COLOUR_TYPE] == 0;
        // Fewer bits come as eight already: the reader widens them where one grey is transparent.
        return StoredSamples.of(image.getRaster(), clips ? 0 : Math.max(0, png[DEPTH] - Byte.SIZE));
    }
}
