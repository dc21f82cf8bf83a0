package io.tinyclip.image;

/**
 * An 8-bit RGB picture, rows top-down, channels interleaved.
 *
 * @param width pixels
 * @param height pixels
 * @param rgb {@code rgb[(y * width + x) * 3 + c]}, each byte read as 0..255; not copied, treat as immutable
 */
public record RgbImage(int width, int height, byte[] rgb) {
    public RgbImage {
        if (rgb.length != width * height * 3) {
            throw new IllegalArgumentException("rgb has " + rgb.length + " bytes, a " + width + " x " + height
                    + " picture has " + width * height * 3);
        }
    }
}
