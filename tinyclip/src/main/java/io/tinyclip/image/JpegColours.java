package io.tinyclip.image;

import java.nio.charset.StandardCharsets;

/** What the samples of a JPEG mean, by the rules of the IJG's library, which every common decoder follows. */
enum JpegColours {
    GREY,
    RGB,
    YCC,
    CMYK,
    /** CMYK of which the first three are turned into luma and chroma. */
    YCCK;

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
    /** In a frame header: precision, height and width come before the count of components, three bytes for each. */
    private static final int COMPONENTS = 5;

    private static final int BYTES_OF_COMPONENT = 3;
    private static final int NONE = -1;

    /**
     * Reads all markers, for the JDK's decoder would fill up what a truncated file lacks with grey.
     *
     * @throws IllegalArgumentException if there is no frame header with 1, 3 or 4 components, or the file is cut short
     */
    static JpegColours of(byte[] jpeg) {
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
            int length = ((jpeg[at + 2] & 0xff) << Byte.SIZE | jpeg[at + 3] & 0xff) - 2;
            if (marker == APP0 && length >= JFIF_LENGTH) {
                jfif |= holds(jpeg, body, "JFIF\0");
            } else if (marker == APP14 && length >= ADOBE_LENGTH && holds(jpeg, body, "Adobe")) {
                transform = jpeg[body + ADOBE_TRANSFORM] & 0xff;
            } else if (isFrame(marker)) {
                frame = body + COMPONENTS;
            }
            at = body + Math.max(0, length);
        }
        throw new IllegalArgumentException("the file is cut short");
    }

    private static JpegColours of(byte[] jpeg, int frame, boolean jfif, int transform) {
        int components = frame == NONE || frame >= jpeg.length ? 0 : jpeg[frame];
        return switch (components) {
            case 1 -> GREY;
            case 3 -> jfif || !isRgb(jpeg, frame + 1, transform) ? YCC : RGB;
            case 4 -> transform <= 0 ? CMYK : YCCK;
            default -> throw new IllegalArgumentException(components + " components");
        };
    }

    /** Without a marker of Adobe's, components that are named R, G and B tell. */
    private static boolean isRgb(byte[] jpeg, int components, int transform) {
        return transform == NONE
                ? jpeg[components] == 'R'
                        && jpeg[components + BYTES_OF_COMPONENT] == 'G'
                        && jpeg[components + 2 * BYTES_OF_COMPONENT] == 'B'
                : transform == 0;
    }

    /** All but fillers, restarts and the start of the file. */
    private static boolean hasLength(int marker) {
        return marker > 1 && marker != 0xff && (marker < 0xd0 || marker > 0xd8);
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static boolean holds(byte[] jpeg, int at, String text) {
        return at + text.length() <= jpeg.length
                && new String(jpeg, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }
}
