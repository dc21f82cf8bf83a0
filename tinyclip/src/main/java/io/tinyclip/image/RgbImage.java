package io.tinyclip.image;

/**
 * An 8-bit RGB picture, rows top-down, channels interleaved.
 *
 * @param width pixels
 * @param height pixels
 * @param rgb {@code rgb[(y * width + x) * 3 + c]}, each byte read as 0..255; not copied, treat as immutable
 */
public record RgbImage(int width, int height, byte[] rgb) implements Picture {
    private static final int CHANNELS = 3;

    public RgbImage {
        if (rgb.length != width * height * CHANNELS) {
            throw new IllegalArgumentException("rgb has " + rgb.length + " bytes, a " + width + " x " + height
                    + " picture has " + width * height * CHANNELS);
        }
    }

    @Override
    public void read(int x, int y, int count, int[] out, int at) {
        int from = (y * width + x) * CHANNELS;
        for (int i = 0; i < count; i++, from += CHANNELS) {
            out[at + i] = rgb[from] << 24 | (rgb[from + 1] & 0xff) << 16 | (rgb[from + 2] & 0xff) << 8;
        }
    }

    /** The whole of a picture on the heap. */
    static RgbImage of(Picture picture) {
        if (picture instanceof RgbImage image) {
            return image;
        }
        int width = picture.width();
        byte[] rgb = new byte[width * picture.height() * CHANNELS];
        int[] row = new int[width];
        int to = 0;
        for (int y = 0; y < picture.height(); y++) {
            picture.read(0, y, width, row, 0);
            for (int pixel : row) {
                rgb[to++] = (byte) (pixel >> 24);
                rgb[to++] = (byte) (pixel >> 16);
                rgb[to++] = (byte) (pixel >> 8);
            }
        }
        return new RgbImage(width, picture.height(), rgb);
    }
}
