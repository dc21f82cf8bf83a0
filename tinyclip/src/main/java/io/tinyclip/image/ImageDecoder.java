package io.tinyclip.image;

import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG and PNG to 8-bit RGB, the pixels of Pillow's {@code Image.open(file).convert("RGB")}, which OpenCLIP and Hugging
 * Face feed their models. As there, transparency is dropped and shows the colour stored below it, 16-bit grey keeps its
 * numbers and clips them at 255 while other 16-bit samples are scaled, and the EXIF tag of orientation, profiles of colour
 * and gamma are not applied.
 */
public final class ImageDecoder {
    /** Most pixels of a picture, Pillow's bound against decompression bombs: 256 MiB of RGB. */
    public static final int MOST_PIXELS = 89_478_485;

    /** Most pixels along a side, the bound of JPEG's own header; it keeps products of a side and a model's size in an int. */
    public static final int MOST_SIDE = 65_535;

    /** Bytes from which {@link #format} tells what a file holds. */
    public static final int MAGIC = 12;

    private ImageDecoder() {}

    /**
     * The picture in a file's bytes.
     *
     * @param bytes a whole JPEG or PNG file
     * @param where names the file in messages
     * @throws InvalidInputException if it is neither, is damaged or exceeds {@link #MOST_PIXELS} or {@link #MOST_SIDE}
     */
    public static RgbImage decode(byte[] bytes, String where) {
        try (Picture picture = open(bytes, where, Scale.WHOLE)) {
            return RgbImage.of(picture);
        }
    }

    /** How much smaller than stored a JPEG may be decoded, which is quicker. */
    interface Scale {
        Scale WHOLE = (width, height) -> 1;

        /** One of {@link NativePicture#SCALES}, by which the sides are divided, for a picture of this size. */
        int of(int width, int height);
    }

    /**
     * As {@link #decode}, without a copy where it can be avoided.
     *
     * @param scale taken into account for JPEGs of light alone
     * @return to be closed
     */
    static Picture open(byte[] bytes, String where, Scale scale) {
        String format = format(bytes)
                .filter(name -> !name.equals("webp"))
                .orElseThrow(() -> new InvalidInputException(
                        "picture " + where + " is " + format(bytes).orElse("of an unknown format")
                                + ", and only JPEG and PNG can be read; convert it or leave it out"));
        try {
            return format.equals("jpeg") ? jpeg(bytes, where, scale) : png(bytes, where);
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the JDK's readers answer some damage with any RuntimeException
            throw new InvalidInputException(
                    "picture " + where + " cannot be decoded (" + e.getMessage() + "); replace it or leave it out", e);
        }
    }

    private static Picture jpeg(byte[] bytes, String where, Scale scale) throws IOException {
        JpegHeader header = JpegHeader.of(bytes);
        checkSize(header.width(), header.height(), where);
        if (header.colours().isInk()) {
            return read("jpeg", bytes, where, reader -> JpegPixels.read(reader, header.colours()));
        }
        return NativePicture.of(bytes, header, header.scalable() ? scale.of(header.width(), header.height()) : 1);
    }

    private static RgbImage png(byte[] bytes, String where) throws IOException {
        return read("png", bytes, where, reader -> PngPixels.read(reader, bytes));
    }

    private interface Reading {
        RgbImage of(ImageReader reader) throws IOException;
    }

    private static RgbImage read(String format, byte[] bytes, String where, Reading reading) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(stream, true, true);
            checkSize(reader.getWidth(0), reader.getHeight(0), where);
            return reading.of(reader);
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
}
