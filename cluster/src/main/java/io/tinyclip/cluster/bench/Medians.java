package io.tinyclip.cluster.bench;

import java.time.Duration;
import java.util.Arrays;

/** Times of things that are done in turn. */
final class Medians {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private Medians() {}

    /**
     * Does the tasks in turn.
     *
     * @param warming rounds that do not count
     * @param rounds that do
     * @return the median seconds of each
     */
    static double[] seconds(int warming, int rounds, Runnable... tasks) {
        double[][] times = new double[tasks.length][rounds];
        for (int round = -warming; round < rounds; round++) {
            for (int i = 0; i < tasks.length; i++) {
                long begun = System.nanoTime();
                tasks[i].run();
                if (round >= 0) {
                    times[i][round] = (System.nanoTime() - begun) / NANOS;
                }
            }
        }
        return Arrays.stream(times).mapToDouble(Medians::of).toArray();
    }

    /** The upper median. */
    static double of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
