package io.tinyclip.image;

import io.tinyclip.model.InvalidInputException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** JPEG and PNG to RGB. Grey, palettes and 16 bits become 8-bit RGB; what is transparent shows white behind it. */
public final class ImageDecoder {
    /** Most pixels of a picture, Pillow's bound against decompression bombs: 256 MiB of RGB. */
    public static final int MOST_PIXELS = 89_478_485;

    /** Most pixels along a side, the bound of JPEG's own header; it keeps products of a side and a model's size in an int. */
    public static final int MOST_SIDE = 65_535;

    /** Bytes from which {@link #format} tells what a file holds. */
    public static final int MAGIC = 12;

    private static final int CHANNELS = 3;
    private static final int WHITE = 255;

    private ImageDecoder() {}

    /**
     * The picture in a file's bytes.
     *
     * @param bytes a whole JPEG or PNG file
     * @param where names the file in messages
     * @throws InvalidInputException if it is neither, is damaged or exceeds {@link #MOST_PIXELS} or {@link #MOST_SIDE}
     */
    public static RgbImage decode(byte[] bytes, String where) {
        String format = format(bytes)
                .filter(name -> !name.equals("webp"))
                .orElseThrow(() -> new InvalidInputException(
                        "picture " + where + " is " + format(bytes).orElse("of an unknown format")
                                + ", and only JPEG and PNG can be read; convert it or leave it out"));
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(stream, true, true);
            checkSize(reader.getWidth(0), reader.getHeight(0), where);
            return toRgb(reader.read(0));
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the JDK's readers answer some damage with any RuntimeException
            throw new InvalidInputException(
                    "picture " + where + " cannot be decoded (" + e.getMessage() + "); replace it or leave it out", e);
        } finally {
            reader.dispose();
        }
    }

    /** What the first {@link #MAGIC} bytes of a file promise: {@code jpeg}, {@code png}, {@code webp} or nothing known. */
    public static Optional<String> format(byte[] bytes) {
        if (startsWith(bytes, 0, 0xff, 0xd8, 0xff)) {
            return Optional.of("jpeg");
        }
        if (startsWith(bytes, 0, 0x89, 'P', 'N', 'G')) {
            return Optional.of("png");
        }
        boolean webp = startsWith(bytes, 0, 'R', 'I', 'F', 'F') && startsWith(bytes, 8, 'W', 'E', 'B', 'P');
        return webp ? Optional.of("webp") : Optional.empty();
    }

    private static boolean startsWith(byte[] bytes, int at, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (at + i >= bytes.length || (bytes[at + i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static void checkSize(int width, int height, String where) {
        if ((long) width * height > MOST_PIXELS || Math.max(width, height) > MOST_SIDE) {
            throw new InvalidInputException("picture " + where + " has " + width + " x " + height + " pixels, at most "
                    + MOST_PIXELS + " and " + MOST_SIDE + " a side are read; make it smaller or leave it out");
        }
    }

    private static RgbImage toRgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[width * height * CHANNELS];
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
            swap(((DataBufferByte) image.getRaster().getDataBuffer()).getData(), rgb);
        } else if (image.getColorModel() instanceof IndexColorModel) {
            for (int y = 0; y < height; y++) {
                copyColours(image.getRGB(0, y, width, 1, null, 0, width), rgb, y * width * CHANNELS);
            }
        } else {
            copySamples(image.getRaster(), image.getColorModel().getComponentSize(0) - Byte.SIZE, rgb);
        }
        return new RgbImage(width, height, rgb);
    }

    private static void swap(byte[] bgr, byte[] rgb) {
        for (int at = 0; at < rgb.length; at += CHANNELS) {
            rgb[at] = bgr[at + 2];
            rgb[at + 1] = bgr[at + 1];
            rgb[at + 2] = bgr[at];
        }
    }

    private static void copyColours(int[] argb, byte[] rgb, int at) {
        for (int colour : argb) {
            int alpha = colour >>> 24;
            rgb[at++] = overWhite(colour >> 16 & 0xff, alpha);
            rgb[at++] = overWhite(colour >> 8 & 0xff, alpha);
            rgb[at++] = overWhite(colour & 0xff, alpha);
        }
    }

    /**
     * Copies samples as they are. {@code BufferedImage.getRGB} would read grey as linear light and brighten it.
     *
     * @param surplus bits of a sample beyond eight
     */
    private static void copySamples(Raster raster, int surplus, byte[] rgb) {
        int bands = raster.getNumBands();
        boolean grey = bands < CHANNELS;
        boolean transparent = bands == 2 || bands == CHANNELS + 1;
        int[] row = new int[raster.getWidth() * bands];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands) {
                int alpha = transparent ? row[x + bands - 1] >> surplus : WHITE;
                for (int channel = 0; channel < CHANNELS; channel++) {
                    rgb[at++] = overWhite(row[grey ? x : x + channel] >> surplus, alpha);
                }
            }
        }
    }

    private static byte overWhite(int sample, int alpha) {
        return (byte) ((sample * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE);
    }
}
