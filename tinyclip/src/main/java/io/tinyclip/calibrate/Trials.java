package io.tinyclip.calibrate;

import io.tinyclip.model.FloatVector;
import java.util.function.IntConsumer;

/** Measures how far changes take a tower, and says how many it has measured. */
final class Trials {
    private final Calibration calibration;
    private final IntConsumer told;
    private int done;

    /** @param told hears how many trials there were, after each, and in between */
    Trials(Calibration calibration, IntConsumer told) {
        this.calibration = calibration;
        this.told = told;
    }

    Calibration calibration() {
        return calibration;
    }

    /** Whoever listens may say that nobody waits any more, by an exception. */
    void ask() {
        told.accept(done);
    }

    double distance(boolean image, FloatVector vector) {
        double distance = calibration.distance(image, vector);
        told.accept(++done);
        return distance;
    }
}
