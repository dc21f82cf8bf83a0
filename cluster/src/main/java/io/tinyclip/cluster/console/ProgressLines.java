package io.tinyclip.cluster.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A plain line at each task's begin and end, and every ten seconds between, where no terminal is. */
public final class ProgressLines implements Progress {
    private static final long BETWEEN_NANOS = Duration.ofSeconds(10).toNanos();

    private final PrintStream out;
    private final LongSupplier clock;
    private String task = "";
    private long total;
    private long before;
    private long begun;
    private long shown;

    /** @param clock nanoseconds, as {@code System.nanoTime} */
    public ProgressLines(PrintStream out, LongSupplier clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void begin(String name, long total, long done) {
        this.task = name;
        this.total = total;
        this.before = done;
        this.begun = clock.getAsLong();
        this.shown = begun;
        out.println(task + counted(done));
    }

    @Override
    public void advance(long done, String note) {
        long now = clock.getAsLong();
        if (now - shown < BETWEEN_NANOS && done < total) {
            return;
        }
        shown = now;
        String words = note.isEmpty() ? "" : ", " + note;
        out.println(task + counted(done) + words + ", " + left(done, now));
    }

    private String counted(long done) {
        return total <= 1 ? "" : ": " + done + " of " + total;
    }

    @Override
    public void close() {
        out.flush();
    }

    private String left(long done, long now) {
        if (done >= total) {
            return "done in " + Progress.time(now - begun);
        }
        return done == before
                ? "time left unknown"
                : Progress.time((now - begun) / (done - before) * (total - done)) + " left";
    }
}
