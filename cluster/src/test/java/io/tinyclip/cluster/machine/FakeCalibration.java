package io.tinyclip.cluster.machine;

import io.tinyclip.calibrate.Calibration;
import io.tinyclip.calibrate.Half;
import io.tinyclip.calibrate.Norm;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.squares.Moments;

/**
 * Every input is by itself and worth as much as its place, and a tower is as far as its maps have inputs that they read nothing of.
 * So it costs nothing to become narrower.
 *
 * @param layout of the student
 */
record FakeCalibration(Layout layout) implements Calibration {
    @Override
    public Moments inputs(Half half, FloatVector vector) {
        return distinct(half.units() * half.channels());
    }

    @Override
    public Moments normalised(Norm norm, FloatVector vector) {
        return distinct(norm.weight().count());
    }

    private static Moments distinct(int channels) {
        Moments moments = new Moments(channels);
        float[] products = new float[channels * channels];
        for (int i = 0; i < channels; i++) {
            products[i * channels + i] = i + 1;
        }
        moments.add(products, new float[channels], 1);
        return moments;
    }

    @Override
    public double distance(boolean image, FloatVector vector) {
        return layout.segments().stream()
                .filter(it -> it.name().endsWith("_proj.weight") && it.name().startsWith("visual.") == image)
                .mapToDouble(it -> unread(it, vector))
                .sum();
    }

    /** The share of a map's inputs of which it reads nothing. */
    private static double unread(Segment map, FloatVector vector) {
        int inputs = map.shape().get(1);
        double unread = 0;
        for (int input = 0; input < inputs; input++) {
            float sum = 0;
            for (int i = map.offset() + input; i < map.end(); i += inputs) {
                sum += Math.abs(vector.get(i));
            }
            unread += sum == 0 ? 1 : 0;
        }
        return unread / inputs;
    }

    @Override
    public void close() {}
}
