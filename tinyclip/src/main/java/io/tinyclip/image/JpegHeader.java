package io.tinyclip.image;

import java.nio.charset.StandardCharsets;

/**
 * What a JPEG says of itself.
 *
 * @param colours what its samples mean
 * @param width pixels
 * @param height pixels
 * @param scalable whether it can be decoded at a part of its size: it is made of cosines
 */
record JpegHeader(JpegColours colours, int width, int height, boolean scalable) {
    private static final int END_OF_IMAGE = 0xd9;
    private static final int APP0 = 0xe0;
    private static final int APP14 = 0xee;
    /** Of the byte after 0xff where that is part of the picture and no marker. */
    private static final int STUFFED = 0;

    /** A marker of two bytes and its length of two. */
    private static final int LENGTH_END = 4;

    private static final int JFIF_LENGTH = 14;
    private static final int ADOBE_LENGTH = 12;
    private static final int ADOBE_TRANSFORM = 11;
    // In a frame header: bits of a sample, height, width, the count of components, and three bytes for each of them.
    private static final int HEIGHT = 1;
    private static final int WIDTH = 3;
    private static final int COMPONENTS = 5;
    private static final int BYTES_OF_COMPONENT = 3;

    private static final int FIRST_FRAME = 0xc0;
    private static final int PROGRESSIVE = 0xc2;
    private static final int NONE = -1;

    /**
     * Reads all markers, for a decoder would fill up what a truncated file lacks with grey.
     *
     * @throws IllegalArgumentException if there is not one frame header with 1, 3 or 4 components of eight bits, or the file
     *     is cut short
     */
    static JpegHeader of(byte[] jpeg) {
        boolean jfif = false;
        int transform = NONE;
        int frame = NONE;
        for (int at = 2; at + 1 < jpeg.length; ) {
            int marker = jpeg[at] == (byte) 0xff ? jpeg[at + 1] & 0xff : STUFFED;
            if (marker == END_OF_IMAGE) {
                return of(jpeg, frame, jfif, transform);
            }
            if (!hasLength(marker) || at + LENGTH_END > jpeg.length) {
                at++;
                continue;
            }
            int body = at + LENGTH_END;
            int length = number(jpeg, at + 2) - 2;
            if (marker == APP0 && length >= JFIF_LENGTH) {
                jfif |= holds(jpeg, body, "JFIF\0");
            } else if (marker == APP14 && length >= ADOBE_LENGTH && holds(jpeg, body, "Adobe")) {
                transform = jpeg[body + ADOBE_TRANSFORM] & 0xff;
            } else if (isFrame(marker)) {
                require(frame == NONE, "two frame headers");
                frame = body;
            }
            at = body + Math.max(0, length);
        }
        throw new IllegalArgumentException("the file is cut short");
    }

    private static JpegHeader of(byte[] jpeg, int frame, boolean jfif, int transform) {
        require(frame != NONE, "no frame header");
        require(frame + COMPONENTS < jpeg.length, "a frame header cut short");
        int components = jpeg[frame + COMPONENTS];
        require(components == 1 || components == 3 || components == 4, components + " components");
        require(frame + COMPONENTS + components * BYTES_OF_COMPONENT < jpeg.length, "a frame header cut short");
        require(jpeg[frame] == Byte.SIZE, jpeg[frame] + " bits a sample");
        int width = number(jpeg, frame + WIDTH);
        int height = number(jpeg, frame + HEIGHT);
        require(width > 0 && height > 0, width + " x " + height + " pixels");
        JpegColours colours = JpegColours.of(components, transform, jfif, names(jpeg, frame, components));
        int marker = jpeg[frame - LENGTH_END + 1] & 0xff;
        boolean scalable = marker >= FIRST_FRAME && marker <= PROGRESSIVE;
        return new JpegHeader(colours, width, height, scalable);
    }

    /** The bytes that name the components. */
    private static String names(byte[] jpeg, int frame, int components) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < components; i++) {
            names.append((char) (jpeg[frame + COMPONENTS + 1 + i * BYTES_OF_COMPONENT] & 0xff));
        }
        return names.toString();
    }

    private static int number(byte[] jpeg, int at) {
        return (jpeg[at] & 0xff) << Byte.SIZE | jpeg[at + 1] & 0xff;
    }

    /** All but fillers, restarts and the start of the file. */
    private static boolean hasLength(int marker) {
        return marker > 1 && marker != 0xff && (marker < 0xd0 || marker > 0xd8);
    }

    private static boolean isFrame(int marker) {
        return marker >= FIRST_FRAME && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static boolean holds(byte[] jpeg, int at, String text) {
        return at + text.length() <= jpeg.length
                && new String(jpeg, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
