package io.tinyclip.cluster.bench;

/**
 * How much is measured.
 *
 * @param floats of the arrays that are added and updated
 * @param product rows of the products that a kernel is held against
 * @param planeBytes of one transfer
 * @param pairs in a step of the small model
 * @param studentPairs in a step of the student of ViT-B/32; 0 to leave it out
 * @param partitions of a step
 * @param rounds that count
 * @param steps of a run that count
 */
public record Sizes(
        int floats, int product, long planeBytes, int pairs, int studentPairs, int partitions, int rounds, int steps) {
    private static final int MEBI = 1 << 20;

    /** Minutes on two cores. */
    public static Sizes usual() {
        return new Sizes(16 * MEBI, 1024, 256L * MEBI, 256, 256, 8, 5, 1);
    }

    /** Longer, for figures that are published. */
    public static Sizes full() {
        return new Sizes(64 * MEBI, 2048, 512L * MEBI, 256, 512, 8, 15, 5);
    }

    /** Seconds, for tests: shows that all works, and measures nothing. */
    public static Sizes tiny() {
        return new Sizes(1 << 16, 64, MEBI, 8, 0, 4, 1, 1);
    }
}
