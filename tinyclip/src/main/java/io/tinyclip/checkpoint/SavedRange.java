package io.tinyclip.checkpoint;

import io.tinyclip.model.FloatVector;

/**
 * A stretch of the vector and of its two Adam moments.
 *
 * @param from first float in the vector
 * @param weights values of the vector from there on
 * @param m first moments, as many
 * @param v second moments, as many
 */
public record SavedRange(int from, FloatVector weights, FloatVector m, FloatVector v) {
    public SavedRange {
        if (from < 0 || weights.size() == 0 || m.size() != weights.size() || v.size() != weights.size()) {
            throw new IllegalArgumentException("range from [" + from + "] of [" + weights.size() + "] weights, ["
                    + m.size() + "] and [" + v.size() + "] moments: must be as many of each, and at least one");
        }
    }

    /** One past the last float in the vector. */
    public int to() {
        return Math.addExact(from, weights.size());
    }
}
