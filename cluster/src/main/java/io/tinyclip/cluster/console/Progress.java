package io.tinyclip.cluster.console;

import java.util.OptionalLong;

/** Shows how far the task at hand is, and how long it will still take. */
public interface Progress extends AutoCloseable {
    /**
     * Begins a task and ends the one before.
     *
     * @param name such as {@code stage 1 of 3, inherit}
     * @param total steps of the task
     * @param done steps that an earlier process did
     */
    void begin(String name, long total, long done);

    /**
     * Shows an advance.
     *
     * @param done steps of the task so far
     * @param note a few words such as speed and loss
     */
    void advance(long done, String note);

    /** How long the whole run still takes. @param nanos empty where nothing is known */
    default void left(OptionalLong nanos) {}

    @Override
    void close();

    /** Bars where a person watches, plain lines elsewhere. */
    static Progress standard() {
        return Terminal.isThere() ? new ProgressBars() : new ProgressLines(System.err, System::nanoTime);
    }
}
