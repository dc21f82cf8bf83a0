package io.tinyclip.actors.simulation;

import java.util.Random;

/**
 * How long things take, in nanoseconds of simulated time. What takes bytes takes time in proportion to them.
 *
 * @param message from one process to another, as a rule
 * @param vector to fetch all of the weights; of each moment as well
 * @param features to fetch a partition's
 * @param forward of a partition; its gradient takes twice, its log-sum-exps a tenth of that
 * @param arithmetic of a server on all of the vector
 * @param files to write or read a checkpoint
 */
record SimulatedTimes(long message, long vector, long features, long forward, long arithmetic, long files) {
    private static final long MILLI = 1_000_000;
    private static final double PARTITIONS = 8;
    private static final double FORWARDS_A_STEP = 3.1;

    /** Steps of a tenth of a second to some seconds, and vectors that travel in no time or in several steps. */
    static SimulatedTimes drawn(Random random) {
        long[] forwards = {10 * MILLI, 50 * MILLI, 200 * MILLI};
        long[] vectors = {5 * MILLI, 200 * MILLI, 3_000 * MILLI};
        long vector = vectors[random.nextInt(3)];
        return new SimulatedTimes(MILLI, vector, vector / 20, forwards[random.nextInt(3)], vector / 20, vector);
    }

    /** What a step takes one worker by itself, without faults. */
    long step() {
        return (long) (PARTITIONS * FORWARDS_A_STEP * forward) + 2 * vector + 3 * arithmetic + 20 * message;
    }
}
