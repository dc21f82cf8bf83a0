package io.tinyclip.checkpoint;

/**
 * A stretch of the vector and of its two Adam moments.
 *
 * @param from first float in the vector
 * @param weights values of the vector from there on
 * @param m first moments, as many
 * @param v second moments, as many
 */
public record SavedRange(int from, float[] weights, float[] m, float[] v) {
    public SavedRange {
        if (from < 0 || weights.length == 0 || m.length != weights.length || v.length != weights.length) {
            throw new IllegalArgumentException("range from [" + from + "] of [" + weights.length + "] weights, ["
                    + m.length + "] and [" + v.length + "] moments: must be as many of each, and at least one");
        }
    }

    /** One past the last float in the vector. */
    public int to() {
        return Math.addExact(from, weights.length);
    }
}
