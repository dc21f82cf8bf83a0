package io.tinyclip.actors.plane;

/** Fetches that are wanted for one thing, such as a step, and end with it. May be used from any thread. */
public interface Errand extends Fetcher, AutoCloseable {
    /** Floats that have come so far, whole or in part: whoever waits for a fetch sees that it goes on. */
    long received();

    /** Ends what is under way at once: it fails with {@link AbandonedException}, and so does whatever is asked for later. */
    @Override
    void close();
}
