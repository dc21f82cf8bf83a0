package io.tinyclip.cluster.record;

import java.util.Arrays;
import java.util.Locale;

/**
 * A figure of the same experiment under several seeds.
 *
 * @param values one a seed; NaN where the experiment has no such figure
 */
record Sample(double... values) {
    /** What can be said of one sample being above another. */
    enum Verdict {
        HOLDS("holds"),
        FAILS("does not hold"),
        OPEN("cannot be told at this scale");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    double mean() {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** Largest less smallest. */
    double spread() {
        return largest() - least();
    }

    double least() {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    double largest() {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    /** By how much the mean is above the other's. */
    double above(Sample other) {
        return mean() - other.mean();
    }

    /**
     * Whether this is above the other: the means must lie further apart than either spreads over its seeds. One seed has no
     * spread, so it tells nothing.
     */
    Verdict isAbove(Sample other) {
        double difference = above(other);
        boolean told = values.length > 1 && Math.abs(difference) > Math.max(spread(), other.spread());
        if (!told) {
            return Verdict.OPEN;
        }
        return difference > 0 ? Verdict.HOLDS : Verdict.FAILS;
    }

    /** In how many of all pairs of one of these and one of the other's values this one is above. */
    long pairsAbove(Sample other) {
        return Arrays.stream(values)
                .mapToLong(value ->
                        Arrays.stream(other.values).filter(each -> value > each).count())
                .sum();
    }

    /** Mean and spread, the latter where there is one. */
    String text(int digits) {
        String number = "%." + digits + "f";
        return values.length == 1
                ? String.format(Locale.ROOT, number, mean())
                : String.format(Locale.ROOT, number + " (" + number + ")", mean(), spread());
    }
}
