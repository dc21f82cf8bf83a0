package io.tinyclip.formats;

import java.nio.FloatBuffer;

/** Turns matrices over, a tile at a time so that both sides stay in the cache. */
final class Transpose {
    private static final int TILE = 32;

    private Transpose() {}

    /**
     * Writes a matrix's columns as rows.
     *
     * @param from (rows, columns), from the buffer's start on
     * @param to (columns, rows), from its position on, which advances
     */
    static void copy(FloatBuffer from, int rows, int columns, FloatBuffer to) {
        FloatBuffer target = to.slice();
        for (int top = 0; top < rows; top += TILE) {
            for (int left = 0; left < columns; left += TILE) {
                for (int row = top; row < Math.min(top + TILE, rows); row++) {
                    for (int column = left; column < Math.min(left + TILE, columns); column++) {
                        target.put(column * rows + row, from.get(row * columns + column));
                    }
                }
            }
        }
        to.position(to.position() + rows * columns);
    }
}
