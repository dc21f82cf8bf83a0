package io.tinyclip.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The picture of a WebP file, or the first of one that moves, and its place on the canvas, which is black around it. A file is a
 * chunk {@code RIFF} of chunks: {@code VP8 } or {@code VP8L} hold a picture, {@code VP8X} says how large the canvas is, and
 * {@code ANMF} holds a picture of several.
 *
 * @param picture a WebP file of that picture alone
 * @param width of the picture, in pixels, as {@code height}
 * @param left of the canvas, to the left of the picture, as {@code top}
 */
record WebpFrame(byte[] picture, int width, int height, int left, int top, int canvasWidth, int canvasHeight) {
    private static final int CHANNELS = 3;
    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    /** Before the chunks in {@code ANMF}: place, size and duration. */
    private static final int FRAME_HEADER = 16;

    private static final int CANVAS = 4;
    private static final int CANVAS_LENGTH = 10;
    private static final int BYTES_OF_NUMBER = 3;
    private static final int LOSSY_HEADER = 10;
    private static final int LOSSLESS_HEADER = 5;
    private static final int LOSSLESS_MARK = 0x2f;
    private static final int SIDE_BITS = 14;

    /**
     * Finds the picture, without decoding it.
     *
     * @throws IllegalArgumentException if there is none
     */
    static WebpFrame of(byte[] webp) {
        ByteBuffer bytes = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        require(webp.length >= RIFF_HEADER, "a header cut short");
        long stated = CHUNK_HEADER + (bytes.getInt(Integer.BYTES) & 0xffff_ffffL);
        require(stated <= webp.length, "the file is cut short");
        int end = (int) stated;
        int canvasWidth = 0;
        int canvasHeight = 0;
        for (int at = RIFF_HEADER; at + CHUNK_HEADER <= end; at = next(bytes, at, end)) {
            int data = at + CHUNK_HEADER;
            int length = length(bytes, at, end);
            switch (name(webp, at)) {
                case "VP8X" -> {
                    require(length >= CANVAS_LENGTH, "a canvas cut short");
                    canvasWidth = 1 + number(webp, data + CANVAS);
                    canvasHeight = 1 + number(webp, data + CANVAS + BYTES_OF_NUMBER);
                }
                case "VP8 ", "VP8L" -> {
                    return picture(bytes, at, end).on(canvasWidth, canvasHeight);
                }
                case "ANMF" -> {
                    require(length >= FRAME_HEADER, "a frame cut short");
                    return first(bytes, data, data + length).on(canvasWidth, canvasHeight);
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException("no picture");
    }

    /**
     * Decodes the picture onto the canvas.
     *
     * @throws IllegalArgumentException if it is damaged
     * @throws OutOfMemoryError if the picture found no room, which says nothing of the file
     */
    RgbImage decode() {
        byte[] rgb = new byte[width * height * CHANNELS];
        if (!Leptonica.decodeWebp(picture, rgb, width)) {
            Leptonica.requireMemory((long) width * height * Integer.BYTES);
            throw new IllegalArgumentException("libwebp finds it damaged");
        }
        if (width == canvasWidth && height == canvasHeight) {
            return new RgbImage(width, height, rgb);
        }
        byte[] canvas = new byte[canvasWidth * canvasHeight * CHANNELS];
        for (int y = 0; y < height; y++) {
            System.arraycopy(
                    rgb, y * width * CHANNELS, canvas, ((top + y) * canvasWidth + left) * CHANNELS, width * CHANNELS);
        }
        return new RgbImage(canvasWidth, canvasHeight, canvas);
    }

    private static WebpFrame first(ByteBuffer bytes, int frame, int end) {
        int left = 2 * number(bytes.array(), frame);
        int top = 2 * number(bytes.array(), frame + BYTES_OF_NUMBER);
        for (int at = frame + FRAME_HEADER; at + CHUNK_HEADER <= end; at = next(bytes, at, end)) {
            if (name(bytes.array(), at).startsWith("VP8")) {
                WebpFrame found = picture(bytes, at, end);
                return new WebpFrame(found.picture, found.width, found.height, left, top, 0, 0);
            }
        }
        throw new IllegalArgumentException("no picture in the first frame");
    }

    /** The picture in the chunk at a place. */
    private static WebpFrame picture(ByteBuffer bytes, int at, int end) {
        int length = length(bytes, at, end);
        int data = at + CHUNK_HEADER;
        byte[] alone = new byte[RIFF_HEADER + CHUNK_HEADER + length + (length & 1)];
        ByteBuffer file = ByteBuffer.wrap(alone).order(ByteOrder.LITTLE_ENDIAN);
        file.put(bytes.array(), 0, Integer.BYTES).putInt(alone.length - CHUNK_HEADER);
        file.put(bytes.array(), CHUNK_HEADER, Integer.BYTES).put(bytes.array(), at, CHUNK_HEADER + length);
        if (name(bytes.array(), at).equals("VP8 ")) {
            require(length >= LOSSY_HEADER, "a picture cut short");
            int mask = (1 << SIDE_BITS) - 1;
            int width = bytes.getShort(data + LOSSY_HEADER - 2 * Short.BYTES) & mask;
            int height = bytes.getShort(data + LOSSY_HEADER - Short.BYTES) & mask;
            return new WebpFrame(alone, width, height, 0, 0, 0, 0);
        }
        require(length >= LOSSLESS_HEADER && bytes.get(data) == LOSSLESS_MARK, "a picture cut short");
        int sides = bytes.getInt(data + 1);
        int width = 1 + (sides & (1 << SIDE_BITS) - 1);
        int height = 1 + (sides >>> SIDE_BITS & (1 << SIDE_BITS) - 1);
        return new WebpFrame(alone, width, height, 0, 0, 0, 0);
    }

    /** @param wide 0 where there is no canvas but the picture */
    private WebpFrame on(int wide, int high) {
        int canvasWide = wide == 0 ? width : wide;
        int canvasHigh = high == 0 ? height : high;
        require(width > 0 && height > 0, width + " x " + height + " pixels");
        require(left + width <= canvasWide && top + height <= canvasHigh, "a picture beyond its canvas");
        return new WebpFrame(picture, width, height, left, top, canvasWide, canvasHigh);
    }

    private static int length(ByteBuffer bytes, int at, int end) {
        long length = bytes.getInt(at + Integer.BYTES) & 0xffff_ffffL;
        require(length <= end - at - CHUNK_HEADER, "a chunk cut short");
        return (int) length;
    }

    private static int next(ByteBuffer bytes, int at, int end) {
        int length = length(bytes, at, end);
        return at + CHUNK_HEADER + length + (length & 1);
    }

    private static String name(byte[] bytes, int at) {
        return new String(Arrays.copyOfRange(bytes, at, at + Integer.BYTES), StandardCharsets.ISO_8859_1);
    }

    private static int number(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << Byte.SIZE | (bytes[at + 2] & 0xff) << 2 * Byte.SIZE;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
