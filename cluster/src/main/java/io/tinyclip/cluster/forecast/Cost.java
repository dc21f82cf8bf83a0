package io.tinyclip.cluster.forecast;

/**
 * What some work takes here.
 *
 * @param seconds by the clock
 * @param processor seconds of all threads of this process
 */
public record Cost(double seconds, double processor) {
    static final Cost NONE = new Cost(0, 0);

    Cost plus(Cost other) {
        return new Cost(seconds + other.seconds, processor + other.processor);
    }

    /** Without the other, and never less than nothing: both were measured. */
    Cost minus(Cost other) {
        return new Cost(Math.max(0, seconds - other.seconds), Math.max(0, processor - other.processor));
    }

    Cost times(double factor) {
        return new Cost(seconds * factor, processor * factor);
    }
}
