package io.tinyclip.plan;

/**
 * How a stage's beginning cuts the student at once, and fits what is left.
 *
 * @param batches of training pairs that decide
 * @param width whether towers may become narrower; otherwise heads and neurons alone go
 */
public record CalibrationPlan(int batches, boolean width) {
    public CalibrationPlan {
        if (batches < 1) {
            throw new IllegalArgumentException("calibration batches [" + batches + "] must be 1 or more");
        }
    }

    /** One that may take from the width, too. */
    public static CalibrationPlan of(int batches) {
        return new CalibrationPlan(batches, true);
    }
}
