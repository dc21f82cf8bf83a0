package io.tinyclip.cluster.forecast;

import io.tinyclip.kernel.Precision;
import java.util.OptionalDouble;

/**
 * Machines that a run is imagined on, a worker on each.
 *
 * @param count of them
 * @param name of what computes there, for people
 * @param operations a second that a step reaches on one; empty for machines like this one
 * @param precision that a step computes in there
 * @param memory bytes in which graphs may be held, of which a run takes half
 * @param bytesPerSecond that one moves to and from others
 */
public record Machines(
        int count, String name, OptionalDouble operations, Precision precision, long memory, double bytesPerSecond) {
    /** An end of the data plane on cores of its own, measured; see docs/scaling.md. A faster network is not filled. */
    private static final double PLANE_BYTES = 3e9;

    private static final double BITS = 8;
    private static final double GIGA = 1e9;

    /** @param gigabits of the network, each way */
    public static double bytesPerSecond(double gigabits) {
        return Math.min(PLANE_BYTES, gigabits * GIGA / BITS);
    }
}
