package io.tinyclip.calibrate;

import io.tinyclip.lowrank.Matrix;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Segment;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * Tensors of a vector whose D channels become combinations of them, the first w of D in another vector; the others are zero there.
 * Different tensors may be written by different threads.
 */
final class MixedTensors {
    private final int wide;
    private final FloatBuffer from;
    private final FloatBuffer to;

    /**
     * Between two vectors of a layout.
     *
     * @param wide D
     * @param before (P,)
     * @param after (P,)
     */
    MixedTensors(int wide, FloatVector before, FloatVector after) {
        this.wide = wide;
        this.from = before.floats();
        this.to = after.floats();
    }

    /** A tensor (n, D) becomes (n, D) matrix'. @param matrix (w, D) */
    void rows(double[][] matrix, Segment segment) {
        double[][] turned = Matrix.transposed(matrix);
        IntStream.range(0, segment.count() / wide).parallel().forEach(row -> {
            int start = segment.offset() + row * wide;
            double[] sums = new double[matrix.length];
            for (int k = 0; k < wide; k++) {
                double factor = from.get(start + k);
                double[] column = turned[k];
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += factor * column[i];
                }
            }
            for (int i = 0; i < wide; i++) {
                to.put(start + i, i < sums.length ? (float) sums[i] : 0);
            }
        });
    }

    /** A tensor (D, n) becomes matrix (D, n). @param matrix (w, D) */
    void columns(double[][] matrix, Segment segment) {
        int count = segment.count() / wide;
        double[][] before = new double[wide][count];
        for (int i = 0; i < segment.count(); i++) {
            before[i / count][i % count] = from.get(segment.offset() + i);
        }
        double[][] after = Matrix.product(matrix, before);
        for (int i = 0; i < segment.count(); i++) {
            to.put(segment.offset() + i, i / count < after.length ? (float) after[i / count][i % count] : 0);
        }
    }

    /** A linear map's bias (n) takes in what its weight (n, D) makes of a shift (D). */
    void shift(Segment weight, Segment bias, double[] shift) {
        for (int row = 0; row < bias.count(); row++) {
            double sum = from.get(bias.offset() + row);
            for (int k = 0; k < wide; k++) {
                sum += from.get(weight.offset() + row * wide + k) * shift[k];
            }
            to.put(bias.offset() + row, (float) sum);
        }
    }

    /** The first rows of a tensor (D, n) get together what it made of a shift (D), each its share. */
    void raise(Segment segment, int width, double[] shift) {
        int count = segment.count() / wide;
        for (int column = 0; column < count; column++) {
            double sum = 0;
            for (int k = 0; k < wide; k++) {
                sum += from.get(segment.offset() + k * count + column) * shift[k];
            }
            for (int row = 0; row < width; row++) {
                int at = segment.offset() + row * count + column;
                to.put(at, (float) (to.get(at) + sum / width));
            }
        }
    }

    /** The first entries of a tensor (D) become one value. */
    void fill(Segment segment, int width, double value) {
        for (int i = 0; i < segment.count(); i++) {
            to.put(segment.offset() + i, i < width ? (float) value : 0);
        }
    }

    /** A tensor as it was. */
    double[] values(Segment segment) {
        double[] values = new double[segment.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = from.get(segment.offset() + i);
        }
        return values;
    }
}
