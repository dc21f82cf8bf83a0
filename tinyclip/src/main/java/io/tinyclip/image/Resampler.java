package io.tinyclip.image;

import io.tinyclip.image.Preprocessing.Interpolation;
import java.util.Arrays;

/**
 * Resizing with antialiasing, bit for bit as Pillow's {@code Image.resize}, on which CLIP's published models were
 * trained. All sums are of integers, so the pixels do not depend on the machine.
 *
 * <p>Rows are resized before columns, always. So does Pillow 11; Pillow 13 swaps the passes where the height shrinks much
 * more than the width, and rounds differently there.
 */
public final class Resampler {
    private static final int CHANNELS = 3;
    private static final int HALF = 1 << (Axis.PRECISION - 1);
    private static final int WHITE = 255;

    private Resampler() {}

    /**
     * A part of a picture in another size, as if the part had been cut out first: no pixel outside the box has influence.
     *
     * @param box the part, inside the picture
     * @param width pixels of the result
     * @param height pixels of the result
     */
    public static RgbImage resize(RgbImage image, Box box, int width, int height, Interpolation filter) {
        Axis across = new Axis(box.width(), width, 0, width, filter);
        Axis down = new Axis(box.height(), height, 0, height, filter);
        return resize(image, box, across, down);
    }

    /** The same for the outputs that the axes name. */
    static RgbImage resize(RgbImage image, Box box, Axis across, Axis down) {
        if (!box.fits(image)) {
            throw new IllegalArgumentException(box + " reaches outside " + image.width() + " x " + image.height());
        }
        int firstRow = down.firstInput();
        int rows = down.endInput() - firstRow;
        byte[] narrowed = new byte[rows * across.size() * CHANNELS];
        for (int row = 0; row < rows; row++) {
            int start = ((box.y() + firstRow + row) * image.width() + box.x()) * CHANNELS;
            resizeRow(image.rgb(), start, across, narrowed, row * across.size() * CHANNELS);
        }
        return new RgbImage(across.size(), down.size(), shorten(narrowed, across.size() * CHANNELS, down));
    }

    private static void resizeRow(byte[] in, int start, Axis across, byte[] out, int outStart) {
        for (int x = 0; x < across.size(); x++) {
            int[] weights = across.weights(x);
            int at = start + across.first(x) * CHANNELS;
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            for (int weight : weights) {
                red += (in[at] & 0xff) * weight;
                green += (in[at + 1] & 0xff) * weight;
                blue += (in[at + 2] & 0xff) * weight;
                at += CHANNELS;
            }
            int to = outStart + x * CHANNELS;
            out[to] = pixel(red);
            out[to + 1] = pixel(green);
            out[to + 2] = pixel(blue);
        }
    }

    /** The pass over columns; row by row, because rows lie together in memory. */
    private static byte[] shorten(byte[] in, int stride, Axis down) {
        byte[] out = new byte[down.size() * stride];
        int[] sums = new int[stride];
        for (int y = 0; y < down.size(); y++) {
            Arrays.fill(sums, HALF);
            int at = (down.first(y) - down.firstInput()) * stride;
            for (int weight : down.weights(y)) {
                for (int i = 0; i < stride; i++) {
                    sums[i] += (in[at + i] & 0xff) * weight;
                }
                at += stride;
            }
            for (int i = 0; i < stride; i++) {
                out[y * stride + i] = pixel(sums[i]);
            }
        }
        return out;
    }

    private static byte pixel(int sum) {
        return (byte) Math.max(0, Math.min(WHITE, sum >> Axis.PRECISION));
    }
}
