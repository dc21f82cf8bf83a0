package io.tinyclip.image;

/** A decoded picture, of which parts can be read; close it, for its pixels may lie outside the heap. */
public sealed interface Picture extends AutoCloseable permits RgbImage, NativePicture {
    /** Pixels. */
    int width();

    /** Pixels. */
    int height();

    /**
     * Reads a part of a row.
     *
     * @param x the first pixel
     * @param count how many
     * @param out gets each pixel as red, green and blue from the highest byte down; the lowest byte says nothing
     * @param at place of the first in {@code out}
     */
    void read(int x, int y, int count, int[] out, int at);

    @Override
    default void close() {}
}
