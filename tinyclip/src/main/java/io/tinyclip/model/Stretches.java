package io.tinyclip.model;

import java.util.stream.IntStream;

/**
 * Work on a long vector by all cores. For work that looks at each float alone, or at each block of floats: then its bits do not
 * depend on who does which stretch.
 */
public final class Stretches {
    /** Floats at the least: a megabyte, which takes longer than to hand it over. */
    private static final int LEAST = 1 << 18;

    private Stretches() {}

    /** What is done to floats {@code [from, to)}; of several threads at a time, each with stretches of its own. */
    @FunctionalInterface
    public interface Work {
        void on(int from, int to);
    }

    /** Does the work on floats {@code [0, length)}. */
    public static void each(int length, Work work) {
        each(length, 1, work);
    }

    /** @param block floats of a block; each stretch begins with one */
    public static void each(int length, int block, Work work) {
        int size = (LEAST + block - 1) / block * block;
        int count = Math.toIntExact(((long) length + size - 1) / size);
        IntStream stretches = IntStream.range(0, count);
        (count > 1 ? stretches.parallel() : stretches)
                .forEach(i -> work.on(i * size, (int) Math.min(length, (i + 1L) * size)));
    }
}
