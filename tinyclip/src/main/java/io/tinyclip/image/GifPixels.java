package io.tinyclip.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;

/** The first picture of a GIF to RGB, on a canvas of the transparent colour, or else of the first one. */
final class GifPixels {
    private static final int CHANNELS = 3;

    private GifPixels() {}

    static RgbImage read(ImageReader reader, GifHeader header) throws IOException {
        BufferedImage image = reader.read(0);
        RgbImage picture = StoredSamples.colours(image);
        if (picture.width() == header.width() && picture.height() == header.height()) {
            return picture;
        }
        if (header.left() + picture.width() > header.width() || header.top() + picture.height() > header.height()) {
            throw new IllegalArgumentException("a picture beyond its canvas");
        }
        IndexColorModel colours = (IndexColorModel) image.getColorModel();
        int around = colours.getRGB(Math.min(Math.max(0, header.transparent()), colours.getMapSize() - 1));
        byte[] canvas = new byte[header.width() * header.height() * CHANNELS];
        for (int at = 0; at < canvas.length; at += CHANNELS) {
            canvas[at] = (byte) (around >> 16);
            canvas[at + 1] = (byte) (around >> 8);
            canvas[at + 2] = (byte) around;
        }
        int row = picture.width() * CHANNELS;
        for (int y = 0; y < picture.height(); y++) {
            int to = ((header.top() + y) * header.width() + header.left()) * CHANNELS;
            System.arraycopy(picture.rgb(), y * row, canvas, to, row);
        }
        return new RgbImage(header.width(), header.height(), canvas);
    }
}
