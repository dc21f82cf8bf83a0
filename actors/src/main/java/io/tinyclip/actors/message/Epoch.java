package io.tinyclip.actors.message;

/**
 * The fence that every message carries: the coordinator's term, and how often it has changed the shard map or gone back
 * since. So whoever leads later has a higher one, without knowing how far those before it came.
 */
public final class Epoch {
    /** Of the coordinator that begins a run. */
    public static final long FIRST_TERM = 1;

    private static final int CHANGE_BITS = 20;

    private Epoch() {}

    /** The first of a term. */
    public static long first(long term) {
        return term << CHANGE_BITS;
    }

    public static long term(long epoch) {
        return epoch >> CHANGE_BITS;
    }
}
