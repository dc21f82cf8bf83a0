package io.tinyclip.image;

/**
 * What a GIF says of its first picture.
 *
 * @param width of the canvas, the picture's place included, in pixels
 * @param height the same
 * @param left pixels of the canvas to the left of the picture
 * @param top the same above
 * @param transparent number of the colour that stands for none, or -1
 */
record GifHeader(int width, int height, int left, int top, int transparent) {
    private static final int SCREEN = 6;
    private static final int SCREEN_LENGTH = 7;
    private static final int TABLE = 0x80;
    private static final int TABLE_BITS = 7;
    private static final int BYTES_OF_COLOUR = 3;
    private static final int EXTENSION = 0x21;
    private static final int CONTROL = 0xf9;
    private static final int CONTROL_LENGTH = 4;
    private static final int PICTURE = 0x2c;
    private static final int PICTURE_LENGTH = 9;

    /**
     * Reads what lies before the first picture.
     *
     * @throws IllegalArgumentException if there is none
     */
    static GifHeader of(byte[] gif) {
        require(gif.length > SCREEN + SCREEN_LENGTH);
        int flags = gif[SCREEN + 4];
        int at = SCREEN + SCREEN_LENGTH;
        if ((flags & TABLE) != 0) {
            at += BYTES_OF_COLOUR << (flags & TABLE_BITS) + 1;
        }
        int transparent = -1;
        while (true) {
            require(at + PICTURE_LENGTH < gif.length);
            if (gif[at] == PICTURE) {
                int left = number(gif, at + 1);
                int top = number(gif, at + 3);
                int width = Math.max(number(gif, SCREEN), left + number(gif, at + 5));
                int height = Math.max(number(gif, SCREEN + 2), top + number(gif, at + 7));
                return new GifHeader(width, height, left, top, transparent);
            }
            require(gif[at] == EXTENSION);
            if ((gif[at + 1] & 0xff) == CONTROL && gif[at + 2] >= CONTROL_LENGTH && (gif[at + 3] & 1) != 0) {
                transparent = gif[at + 6] & 0xff;
            }
            at += 2;
            while (gif[at] != 0) {
                at += 1 + (gif[at] & 0xff);
                require(at < gif.length);
            }
            at++;
        }
    }

    private static int number(byte[] gif, int at) {
        return gif[at] & 0xff | (gif[at + 1] & 0xff) << Byte.SIZE;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("no picture");
        }
    }
}
