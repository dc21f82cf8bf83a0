package io.tinyclip.image;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Objects;

/**
 * A JPEG of light, grey or in colours, decoded by libjpeg-turbo into memory outside the heap, from where rows are copied as
 * they are needed. For one thread at a time.
 */
final class NativePicture implements Picture {
    /** Parts of its size at which a JPEG can be decoded, as divisors of its sides. */
    static final int[] SCALES = {1, 2, 4, 8};

    /** Bits of a pixel where there is no colour; else a word holds red, green and blue from its highest byte down. */
    private static final int GREY = 8;

    private final PointerByReference pix;
    private final Pointer words;
    private final int width;
    private final int height;
    private final int wordsOfRow;
    private final boolean grey;

    private NativePicture(Pointer pix) {
        this.pix = new PointerByReference(pix);
        this.words = Leptonica.pixGetData(pix);
        this.width = Leptonica.pixGetWidth(pix);
        this.height = Leptonica.pixGetHeight(pix);
        this.wordsOfRow = Leptonica.pixGetWpl(pix);
        this.grey = Leptonica.pixGetDepth(pix) == GREY;
    }

    /**
     * Decodes a file.
     *
     * @param scale one of {@link #SCALES}; sides are rounded up
     * @throws IllegalArgumentException if it is damaged
     * @throws OutOfMemoryError if the picture found no room, which says nothing of the file
     */
    static NativePicture of(byte[] jpeg, JpegHeader header, int scale) {
        Pointer pix = Leptonica.decode(jpeg, scale);
        if (pix == null) {
            Leptonica.requireMemory((long) header.width() * header.height() * Integer.BYTES);
            throw new IllegalArgumentException("libjpeg finds it damaged");
        }
        NativePicture picture = new NativePicture(pix);
        if (picture.width != (header.width() + scale - 1) / scale
                || picture.height != (header.height() + scale - 1) / scale) {
            picture.close();
            throw new IllegalArgumentException("two sizes");
        }
        return picture;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void read(int x, int y, int count, int[] out, int at) {
        Objects.checkFromIndexSize(x, count, width);
        Objects.checkIndex(y, height);
        Objects.checkFromIndexSize(at, count, out.length);
        if (pix.getValue() == null) {
            throw new IllegalStateException("the picture is closed");
        }
        long row = (long) y * wordsOfRow;
        if (grey) {
            readGrey(row, x, count, out, at);
        } else {
            words.read((row + x) * Integer.BYTES, out, at, count);
        }
    }

    /** A word holds four pixels, the first in its highest byte. */
    private void readGrey(long row, int x, int count, int[] out, int at) {
        int first = x / Integer.BYTES;
        int[] four = words.getIntArray((row + first) * Integer.BYTES, (x + count - 1) / Integer.BYTES - first + 1);
        for (int i = 0; i < count; i++) {
            int place = x + i - first * Integer.BYTES;
            int value = four[place / Integer.BYTES] << place % Integer.BYTES * Byte.SIZE >>> Integer.SIZE - Byte.SIZE;
            out[at + i] = value << 24 | value << 16 | value << 8;
        }
    }

    /** Frees the pixels; once more does nothing. */
    @Override
    public void close() {
        if (pix.getValue() != null) {
            Leptonica.pixDestroy(pix);
        }
    }
}
