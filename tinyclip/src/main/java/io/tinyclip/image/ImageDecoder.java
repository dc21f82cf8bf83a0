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
     * @throws BadPictureException if it is neither, is damaged or exceeds {@link #MOST_PIXELS} or {@link #MOST_SIDE}
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

    /** As {@link #open(byte[], String, Scale, int)}, of any picture that is read at all. */
    static Picture open(byte[] bytes, String where, Scale scale) {
        return open(bytes, where, scale, MOST_PIXELS);
    }

    /**
     * As {@link #decode}, without a copy where it can be avoided. A verdict on the bytes is given when a second look at them
     * has come to it, too.
     *
     * @param scale taken into account for JPEGs of light alone
     * @param mostPixels bound of the picture as it is stored, told by its header before it is decoded
     * @return to be closed
     */
    static Picture open(byte[] bytes, String where, Scale scale, int mostPixels) {
        try {
            return open(bytes, scale, mostPixels);
        } catch (BadPictureException first) {
            try {
                return open(bytes, scale, mostPixels);
            } catch (BadPictureException second) {
                throw second.at(where);
            }
        }
    }

    private static Picture open(byte[] bytes, Scale scale, int mostPixels) {
        if (bytes.length == 0) {
            throw new BadPictureException("has 0 bytes");
        }
        String format = format(bytes)
                .filter(name -> !name.equals("webp"))
                .orElseThrow(() -> new BadPictureException(
                        "is " + format(bytes).orElse("of an unknown format") + ", and only JPEG and PNG can be read"));
        try {
            return format.equals("jpeg") ? jpeg(bytes, scale, mostPixels) : png(bytes, mostPixels);
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the JDK's readers answer some damage with any RuntimeException
            throw new BadPictureException("cannot be decoded (" + e.getMessage() + ")", e);
        }
    }

    private static Picture jpeg(byte[] bytes, Scale scale, int mostPixels) throws IOException {
        JpegHeader header = JpegHeader.of(bytes);
        checkSize(header.width(), header.height(), mostPixels);
        if (header.colours().isInk()) {
            return read("jpeg", bytes, mostPixels, reader -> JpegPixels.read(reader, header.colours()));
        }
        return NativePicture.of(bytes, header, header.scalable() ? scale.of(header.width(), header.height()) : 1);
    }

    private static RgbImage png(byte[] bytes, int mostPixels) throws IOException {
        return read("png", bytes, mostPixels, reader -> PngPixels.read(reader, bytes));
    }

    private interface Reading {
        RgbImage of(ImageReader reader) throws IOException;
    }

    private static RgbImage read(String format, byte[] bytes, int mostPixels, Reading reading) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(stream, true, true);
            checkSize(reader.getWidth(0), reader.getHeight(0), mostPixels);
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

    private static void checkSize(int width, int height, int mostPixels) {
        int most = Math.min(mostPixels, MOST_PIXELS);
        if ((long) width * height > most || Math.max(width, height) > MOST_SIDE) {
            throw new BadPictureException("has " + width + " x " + height + " pixels, at most " + most + " and "
                    + MOST_SIDE + " a side are read");
        }
    }
}
