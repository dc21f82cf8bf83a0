package io.tinyclip.image;

import io.tinyclip.model.InvalidInputException;
import java.awt.Dimension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG, PNG, WebP, GIF, BMP and TIFF to 8-bit RGB, the pixels of Pillow's {@code Image.open(file).convert("RGB")}, which OpenCLIP and Hugging
 * Face feed their models. As there, transparency is dropped and shows the colour stored below it, 16-bit grey keeps its
 * numbers and clips them at 255 while other 16-bit samples are scaled, and the EXIF tag of orientation, profiles of colour
 * and gamma are not applied; TIFF's own tag of orientation is. Of pictures that move, and of several in a file, it is the first.
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
     * @param bytes a whole file
     * @param where names the file in messages
     * @throws BadPictureException if it is of no known format, is damaged or exceeds {@link #MOST_PIXELS} or {@link #MOST_SIDE}
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
                .orElseThrow(() -> new BadPictureException(
                        "is of an unknown format, and only JPEG, PNG, WebP, GIF, BMP and TIFF can be read"));
        try {
            return switch (format) {
                case "jpeg" -> jpeg(bytes, scale, mostPixels);
                case "webp" -> webp(bytes, mostPixels);
                case "gif" -> {
                    GifHeader header = GifHeader.of(bytes);
                    checkSize(header.width(), header.height(), mostPixels);
                    yield read(format, bytes, mostPixels, reader -> GifPixels.read(reader, header));
                }
                case "bmp" -> {
                    Dimension size = BmpPixels.size(bytes);
                    checkSize(size.width, size.height, mostPixels);
                    yield read(format, bytes, mostPixels, BmpPixels::read);
                }
                case "tiff" -> tiff(bytes, mostPixels);
                default -> read("png", bytes, mostPixels, reader -> PngPixels.read(reader, bytes));
            };
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the JDK's readers answer some damage with any RuntimeException
            throw new BadPictureException("cannot be decoded (" + reason(e) + ")", e);
        }
    }

    /** What a reader says of its own; what a JVM says of a slip in one differs with how often it happened. */
    private static String reason(Exception e) {
        boolean own = e instanceof IOException || e instanceof IllegalArgumentException;
        String message = e.getMessage();
        return own && message != null ? message : "its data make no sense";
    }

    private static Picture jpeg(byte[] bytes, Scale scale, int mostPixels) throws IOException {
        JpegHeader header = JpegHeader.of(bytes);
        checkSize(header.width(), header.height(), mostPixels);
        if (header.colours().isInk()) {
            return read("jpeg", bytes, mostPixels, reader -> JpegPixels.read(reader, header.colours()));
        }
        return NativePicture.of(bytes, header, header.scalable() ? scale.of(header.width(), header.height()) : 1);
    }

    private static RgbImage webp(byte[] bytes, int mostPixels) {
        WebpFrame frame = WebpFrame.of(bytes);
        checkSize(frame.canvasWidth(), frame.canvasHeight(), mostPixels);
        return frame.decode();
    }

    private static RgbImage tiff(byte[] bytes, int mostPixels) throws IOException {
        TiffHeader header = TiffHeader.of(bytes);
        checkSize(header.width(), header.height(), mostPixels);
        // What is decoded at once; a strip may be said to be as high as it likes, and higher than the picture.
        checkSize(header.tileWidth(), header.tileHeight(), MOST_PIXELS);
        return read("tiff", bytes, mostPixels, reader -> TiffPixels.read(reader, header));
    }

    private interface Reading {
        RgbImage of(ImageReader reader) throws IOException;
    }

    private static RgbImage read(String format, byte[] bytes, int mostPixels, Reading reading) throws IOException {
        ImageReader reader = JdkReaders.of(format);
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(stream, true, true);
            checkSize(reader.getWidth(0), reader.getHeight(0), mostPixels);
            return reading.of(reader);
        } finally {
            reader.dispose();
        }
    }

    /** What the first {@link #MAGIC} bytes of a file promise: {@code jpeg, png, webp, gif, bmp, tiff} or nothing known. */
    public static Optional<String> format(byte[] bytes) {
        if (startsWith(bytes, 0, 0xff, 0xd8, 0xff)) {
            return Optional.of("jpeg");
        }
        if (startsWith(bytes, 0, 0x89, 'P', 'N', 'G')) {
            return Optional.of("png");
        }
        if (startsWith(bytes, 0, 'R', 'I', 'F', 'F') && startsWith(bytes, 8, 'W', 'E', 'B', 'P')) {
            return Optional.of("webp");
        }
        if (startsWith(bytes, 0, 'G', 'I', 'F', '8')) {
            return Optional.of("gif");
        }
        if (startsWith(bytes, 0, 'B', 'M')) {
            return Optional.of("bmp");
        }
        boolean tiff = startsWith(bytes, 0, 'I', 'I', 42, 0) || startsWith(bytes, 0, 'M', 'M', 0, 42);
        return tiff ? Optional.of("tiff") : Optional.empty();
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
