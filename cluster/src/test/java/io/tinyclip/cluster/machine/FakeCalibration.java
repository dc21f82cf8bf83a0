package io.tinyclip.cluster.machine;

import io.tinyclip.calibrate.Calibration;
import io.tinyclip.calibrate.Half;
import io.tinyclip.calibrate.Norm;
import io.tinyclip.model.FloatVector;
import io.tinyclip.squares.Moments;

/** Every input is by itself and worth as much as its place, and every tower is as far as its weights are. */
final class FakeCalibration implements Calibration {
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
        double sum = 0;
        for (int i = 0; i < vector.size(); i++) {
            sum += Math.abs(vector.get(i));
        }
        return 1 / (1 + sum);
    }

    @Override
    public void close() {}
}
