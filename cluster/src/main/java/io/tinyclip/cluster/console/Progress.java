package io.tinyclip.cluster.console;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** Shows how far the task at hand is, and how long it will still take. */
public interface Progress extends AutoCloseable {
    /**
     * Begins a task and ends the one before.
     *
     * @param name such as {@code stage 1 of 3, inherit}
     * @param total steps of the task; 1 where it comes in one piece, of which nobody can tell how far it is, nor is anything counted
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
        return Terminal.isThere() ? new ProgressBars(System.err) : new ProgressLines(System.err, System::nanoTime);
    }

    /** Such as {@code 2:05}, and {@code 30:02:05} from an hour on. */
    static String time(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }
}
