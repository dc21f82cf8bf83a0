package io.tinyclip.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a TIFF says of its first picture.
 *
 * @param meaning of samples, TIFF's PhotometricInterpretation
 * @param orientation TIFF's and EXIF's, 1 to 8
 * @param tileWidth pixels of what is stored at once; a row where it is stored in strips
 * @param table of colours: all reds, all greens, all blues; empty where there is none
 */
record TiffHeader(int width, int height, int meaning, int orientation, int tileWidth, int tileHeight, byte[] table) {
    static final int TABLE = 3;
    static final int INK = 5;

    private static final int COLOURS = 320;

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int MEANING = 262;
    private static final int ORIENTATION = 274;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int SAMPLE_FORMAT = 339;
    private static final int WHOLE_NUMBERS = 1;

    private static final int FIRST_DIRECTORY = 4;
    private static final int ENTRY = 12;
    private static final int TYPE_OF_ENTRY = 2;
    private static final int VALUE_OF_ENTRY = 8;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int MOST_ORIENTATION = 8;
    /** Of three channels, with 16 bits a pixel. */
    private static final int MOST_COLOURS = 3 << 16;

    /**
     * Reads the first directory.
     *
     * @throws IllegalArgumentException if it has no size, or its samples are no whole numbers
     */
    static TiffHeader of(byte[] tiff) {
        ByteBuffer bytes = ByteBuffer.wrap(tiff);
        bytes.order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        require(tiff.length > FIRST_DIRECTORY + Integer.BYTES, "a header cut short");
        int directory = bytes.getInt(FIRST_DIRECTORY);
        require(directory > 0 && directory <= tiff.length - Short.BYTES, "no directory");
        int count = bytes.getShort(directory) & 0xffff;
        require(directory + Short.BYTES + count * ENTRY <= tiff.length, "a directory cut short");
        int width = value(bytes, directory, count, WIDTH, 0);
        int height = value(bytes, directory, count, HEIGHT, 0);
        require(width > 0 && height > 0, width + " x " + height + " pixels");
        int format = value(bytes, directory, count, SAMPLE_FORMAT, WHOLE_NUMBERS);
        require(format == WHOLE_NUMBERS, "samples of format " + format);
        int orientation = value(bytes, directory, count, ORIENTATION, 1);
        int tileWidth = value(bytes, directory, count, TILE_WIDTH, width);
        int tileHeight = value(bytes, directory, count, TILE_HEIGHT, 1);
        require(tileWidth > 0 && tileHeight > 0, "tiles of " + tileWidth + " x " + tileHeight + " pixels");
        return new TiffHeader(
                width,
                height,
                value(bytes, directory, count, MEANING, 1),
                orientation < 1 || orientation > MOST_ORIENTATION ? 1 : orientation,
                tileWidth,
                tileHeight,
                table(bytes, directory, count));
    }

    /** The high bytes, which alone count. */
    private static byte[] table(ByteBuffer bytes, int directory, int count) {
        int at = find(bytes, directory, count, COLOURS);
        if (at < 0) {
            return new byte[0];
        }
        int values = bytes.getInt(at + VALUE_OF_ENTRY - Integer.BYTES);
        int place = bytes.getInt(at + VALUE_OF_ENTRY);
        require(values > 2 && values <= MOST_COLOURS && place > 0, "a table of " + values + " numbers");
        require(place <= bytes.capacity() - values * Short.BYTES, "a table cut short");
        byte[] table = new byte[values];
        for (int i = 0; i < values; i++) {
            table[i] = (byte) (bytes.getShort(place + i * Short.BYTES) >> Byte.SIZE);
        }
        return table;
    }

    private static int find(ByteBuffer bytes, int directory, int count, int tag) {
        for (int entry = 0, at = directory + Short.BYTES; entry < count; entry++, at += ENTRY) {
            if ((bytes.getShort(at) & 0xffff) == tag) {
                return at;
            }
        }
        return -1;
    }

    /** The number in an entry, or the first of several. */
    private static int value(ByteBuffer bytes, int directory, int count, int tag, int otherwise) {
        int at = find(bytes, directory, count, tag);
        if (at < 0) {
            return otherwise;
        }
        int type = bytes.getShort(at + TYPE_OF_ENTRY);
        require(type == SHORT || type == LONG, "entry " + tag + " of type " + type);
        int bytesOfOne = type == SHORT ? Short.BYTES : Integer.BYTES;
        boolean inside = bytes.getInt(at + VALUE_OF_ENTRY - Integer.BYTES) <= Integer.BYTES / bytesOfOne;
        int place = inside ? at + VALUE_OF_ENTRY : bytes.getInt(at + VALUE_OF_ENTRY);
        require(place >= 0 && place <= bytes.capacity() - bytesOfOne, "an entry cut short");
        return type == SHORT ? bytes.getShort(place) & 0xffff : bytes.getInt(place);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
