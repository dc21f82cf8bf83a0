package io.tinyclip.calibrate;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.random.Counter;
import io.tinyclip.squares.Moments;
import java.util.List;
import java.util.function.Predicate;

/**
 * A model of nothing but the halves' maps: each is given its own rows, whatever the others do, and a tower is as far as the mean
 * square is by which its maps' outputs differ.
 */
final class SampledCalibration implements Calibration {
    private static final int ROWS = 96;

    private final List<Half> halves;
    private final FloatVector before;
    private final Predicate<Half> redundant;

    /** @param redundant halves of which the second half of the channels are given what the first are */
    SampledCalibration(Layout layout, FloatVector before, Predicate<Half> redundant) {
        this.halves = Half.of(layout);
        this.before = before;
        this.redundant = redundant;
    }

    private static int channels(Half half) {
        return half.units() * half.channels();
    }

    private double input(Half half, int row, int channel) {
        int channels = channels(half);
        int at = redundant.test(half) ? channel % (channels / 2) : channel;
        return (half.image() ? 0.5 : -0.25)
                + Counter.normal(100 + 2 * half.meant() + (half.image() ? 1 : 0), row * channels + at);
    }

    @Override
    public Moments inputs(Half half, FloatVector vector) {
        int channels = channels(half);
        float[] products = new float[channels * channels];
        float[] sums = new float[channels];
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < channels; i++) {
                sums[i] += (float) input(half, row, i);
                for (int k = 0; k < channels; k++) {
                    products[i * channels + k] += (float) (input(half, row, i) * input(half, row, k));
                }
            }
        }
        Moments moments = new Moments(channels);
        moments.add(products, sums, ROWS);
        return moments;
    }

    @Override
    public Moments normalised(Norm norm, FloatVector vector) {
        throw new IllegalStateException("a model without layer norms");
    }

    @Override
    public double distance(boolean image, FloatVector vector) {
        return halves.stream()
                .filter(half -> half.image() == image)
                .mapToDouble(half -> distance(half, vector))
                .sum();
    }

    private double distance(Half half, FloatVector vector) {
        double sum = 0;
        int channels = channels(half);
        for (int output = 0; output < half.outputs(); output++) {
            int bias = half.bias().offset() + output;
            for (int row = 0; row < ROWS; row++) {
                double moved = (double) vector.get(bias) - before.get(bias);
                for (int i = 0; i < channels; i++) {
                    int weight = half.weight().offset() + output * channels + i;
                    moved += ((double) vector.get(weight) - before.get(weight)) * input(half, row, i);
                }
                sum += moved * moved;
            }
        }
        return sum / ROWS;
    }

    @Override
    public void close() {}
}
