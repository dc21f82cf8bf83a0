package io.tinyclip.cluster.bench;

import java.util.Optional;

/**
 * A measured figure.
 *
 * @param unit of the value, and of the limit
 * @param limit what it is held against, measured in the same run or computed
 * @param target where the value's share of the limit should lie
 */
public record Figure(
        Section section, String name, double value, String unit, Optional<Limit> limit, Optional<Target> target) {
    /** What a value is held against. */
    public record Limit(String name, double value) {}

    /** Bounds of a share, both included. */
    public record Target(double least, double most) {
        /** At least this share. */
        public static Target atLeast(double share) {
            return new Target(share, Double.POSITIVE_INFINITY);
        }

        /** At most this share. */
        public static Target atMost(double share) {
            return new Target(Double.NEGATIVE_INFINITY, share);
        }

        /** So near to 1. */
        public static Target within(double deviation) {
            return new Target(1 - deviation, 1 + deviation);
        }
    }

    /** A figure that has a limit and no target. */
    static Figure of(Section section, String name, double value, String unit, Limit limit) {
        return new Figure(section, name, value, unit, Optional.of(limit), Optional.empty());
    }

    /** A figure alone. */
    static Figure of(Section section, String name, double value, String unit) {
        return new Figure(section, name, value, unit, Optional.empty(), Optional.empty());
    }

    Figure with(Target wanted) {
        return new Figure(section, name, value, unit, limit, Optional.of(wanted));
    }

    /** The value over its limit. */
    public Optional<Double> share() {
        return limit.map(of -> value / of.value);
    }

    /** Whether the share lies where it should. */
    public Optional<Boolean> met() {
        return target.flatMap(wanted -> share().map(share -> wanted.least <= share && share <= wanted.most));
    }
}
