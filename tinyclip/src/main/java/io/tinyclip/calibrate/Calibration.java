package io.tinyclip.calibrate;

import io.tinyclip.model.FloatVector;
import io.tinyclip.squares.Moments;

/** What a student does with some batches of training pairs, the same ones at each question. */
public interface Calibration extends AutoCloseable {
    /**
     * Moments of what a half's map is given, over all tokens that count.
     *
     * @param vector (P,) of the student's layout
     */
    Moments inputs(Half half, FloatVector vector);

    /**
     * Moments of what a layer norm makes of its input before gain and bias, over all tokens that count.
     *
     * @param vector (P,) of the student's layout
     */
    Moments normalised(Norm norm, FloatVector vector);

    /**
     * How far a tower's embeddings are from those that it had in the beginning: the mean of 1 - cosine.
     *
     * @param image the image tower, otherwise the text tower
     * @param vector (P,) of the student's layout
     */
    double distance(boolean image, FloatVector vector);

    @Override
    void close();
}
