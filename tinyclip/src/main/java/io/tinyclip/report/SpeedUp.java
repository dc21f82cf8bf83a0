package io.tinyclip.report;

/**
 * How many times as fast a model is as the one that it is compared with, by rounds in which both took turns: what else the
 * machine did in a round slowed both.
 *
 * @param median of the rounds' ratios
 * @param low quartile
 * @param high quartile
 */
public record SpeedUp(double median, double low, double high) {
    public SpeedUp {
        if (!(low > 0 && low <= median && median <= high)) {
            throw new IllegalArgumentException("quartiles [" + low + "], [" + median + "], [" + high + "]");
        }
    }

    /** Whether the rounds agree on more than that they differ. */
    public boolean tells() {
        return high - low < Math.abs(median - 1);
    }
}
