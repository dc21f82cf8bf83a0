package io.tinyclip.image;

import io.tinyclip.image.Preprocessing.Interpolation;
import java.util.Arrays;

/**
 * Resizing with antialiasing, bit for bit as Pillow's {@code Image.resize}, on which CLIP's published models were
 * trained. All sums are of integers, so the pixels do not depend on the machine.
 *
 * <p>Rows are resized before columns, always. So does Pillow 11; Pillow 13 swaps the passes where the height shrinks much
 * more than the width, and rounds differently there.
 *
 * <p>The JVM turns a loop into vector instructions where it goes over neighbours in arrays of ints. So rows are taken in
 * bands and turned over: the pixels that lie one below the other in a band are neighbours, and one weight is for all of
 * them. A row that has been narrowed is added at once, with its weight, to each row of the result that it reaches; what
 * was narrowed need not be kept.
 */
public final class Resampler {
    private static final int CHANNELS = 3;
    private static final int HALF = 1 << (Axis.PRECISION - 1);
    private static final int WHITE = 255;
    /** Most rows of a band, few enough for a band of an ordinary photo to stay in the cache. */
    private static final int BAND = 16;

    private final Picture picture;
    private final Box box;
    private final Axis across;
    private final Axis down;
    /** As they are in the picture, a row after the other, only as far as outputs need them. */
    private final int[] pixels;
    /** Turned over: {@code columns[x][row * 3 + channel]}. */
    private final int[][] columns;
    /** {@code narrowed[row][x * 3 + channel]} */
    private final int[][] narrowed;
    /** Of the result, before the bits after the point are dropped: {@code sums[y][x * 3 + channel]}. */
    private final int[][] sums;

    private Resampler(Picture picture, Box box, Axis across, Axis down) {
        this.picture = picture;
        this.box = box;
        this.across = across;
        this.down = down;
        int width = across.endInput() - across.firstInput();
        this.pixels = new int[BAND * width];
        this.columns = new int[width + Axis.STEP][BAND * CHANNELS];
        this.narrowed = new int[BAND][across.size() * CHANNELS];
        this.sums = new int[down.size()][across.size() * CHANNELS];
    }

    /**
     * A part of a picture in another size, as if the part had been cut out first: no pixel outside the box has influence.
     *
     * @param box the part, inside the picture
     * @param width pixels of the result
     * @param height pixels of the result
     */
    public static RgbImage resize(Picture picture, Box box, int width, int height, Interpolation filter) {
        Axis across = new Axis(box.width(), width, 0, width, filter);
        Axis down = new Axis(box.height(), height, 0, height, filter);
        return resize(picture, box, across, down);
    }

    /** The same for the outputs that the axes name. */
    static RgbImage resize(Picture picture, Box box, Axis across, Axis down) {
        if (!box.fits(picture)) {
            throw new IllegalArgumentException(box + " reaches outside " + picture.width() + " x " + picture.height());
        }
        return new Resampler(picture, box, across, down).resized();
    }

    private RgbImage resized() {
        for (int[] row : sums) {
            Arrays.fill(row, HALF);
        }
        for (int row = down.firstInput(); row < down.endInput(); row += BAND) {
            int rows = Math.min(BAND, down.endInput() - row);
            turn(row, rows);
            narrow(rows);
            shorten(row, rows);
        }
        byte[] rgb = new byte[down.size() * across.size() * CHANNELS];
        int to = 0;
        for (int[] row : sums) {
            round(row);
            for (int sum : row) {
                rgb[to++] = (byte) sum;
            }
        }
        return new RgbImage(across.size(), down.size(), rgb);
    }

    private void turn(int first, int rows) {
        int width = across.endInput() - across.firstInput();
        for (int row = 0; row < rows; row++) {
            picture.read(box.x() + across.firstInput(), box.y() + first + row, width, pixels, row * width);
        }
        for (int x = 0; x < width; x++) {
            int[] column = columns[x];
            for (int row = 0, at = x, to = 0; row < rows; row++, at += width, to += CHANNELS) {
                int pixel = pixels[at];
                column[to] = pixel >>> 24;
                column[to + 1] = pixel >> 16 & 0xff;
                column[to + 2] = pixel >> 8 & 0xff;
            }
        }
    }

    private void narrow(int rows) {
        int[] column = new int[BAND * CHANNELS];
        for (int x = 0; x < across.size(); x++) {
            Arrays.fill(column, HALF);
            int[] weights = across.weights(x);
            int first = across.first(x) - across.firstInput();
            for (int tap = 0; tap < weights.length; tap += Axis.STEP) {
                addFour(columns, first + tap, weights, tap, column);
            }
            round(column);
            for (int row = 0, from = 0; row < rows; row++, from += CHANNELS) {
                int[] out = narrowed[row];
                int to = x * CHANNELS;
                out[to] = column[from];
                out[to + 1] = column[from + 1];
                out[to + 2] = column[from + 2];
            }
        }
    }

    /** Four at a time, so that sums are fetched and stored once for the four. */
    private static void addFour(int[][] in, int x, int[] weights, int tap, int[] out) {
        int[] first = in[x];
        int[] second = in[x + 1];
        int[] third = in[x + 2];
        int[] fourth = in[x + 3];
        int firstWeight = weights[tap];
        int secondWeight = weights[tap + 1];
        int thirdWeight = weights[tap + 2];
        int fourthWeight = weights[tap + 3];
        for (int i = 0; i < out.length; i++) {
            out[i] += first[i] * firstWeight
                    + second[i] * secondWeight
                    + third[i] * thirdWeight
                    + fourth[i] * fourthWeight;
        }
    }

    private void shorten(int first, int rows) {
        for (int y = down.firstOutput(first); y < down.size() && down.first(y) < first + rows; y++) {
            int end = Math.min(rows, down.end(y) - first);
            for (int row = Math.max(0, down.first(y) - first); row < end; row++) {
                add(narrowed[row], down.weights(y)[first + row - down.first(y)], sums[y]);
            }
        }
    }

    private static void add(int[] in, int weight, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] += in[i] * weight;
        }
    }

    private static void round(int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            int v = sums[i] >> Axis.PRECISION;
            sums[i] = (v | (WHITE - v) >> 31) & ~(v >> 31) & WHITE;
        }
    }

    private static int pixel(int sum) {
        return Math.max(0, Math.min(WHITE, sum >> Axis.PRECISION));
    }
}
