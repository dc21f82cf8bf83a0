package io.tinyclip.cluster.forecast;

/**
 * Counts the steps in which the teacher is asked: those whose pairs were not embedded before, or whose embeddings had no room.
 * Steps recur within a stage, and each stage begins with the same ones.
 */
final class FreshSteps {
    private final long period;
    private final long kept;
    private long seen;

    /**
     * @param period steps after which pairs and views recur
     * @param kept steps whose embeddings have room
     */
    FreshSteps(long period, long kept) {
        this.period = period;
        this.kept = Math.min(period, kept);
    }

    /** Of these steps of a stage, which come after those that were asked about before. */
    long of(long position, int steps) {
        long fresh = 0;
        for (long step = position; step < position + steps; step++) {
            long key = step % period;
            boolean known = key < kept && key < seen;
            if (!known) {
                fresh++;
                seen = Math.max(seen, key + 1);
            }
        }
        return fresh;
    }
}
