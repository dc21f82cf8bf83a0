package io.tinyclip.cluster.record;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** The record of a run in progress: every change is written to run.json at once, with the seconds spent so far. */
public final class Ledger {
    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final RunFolder folder;
    private final LongSupplier clock;
    private final double secondsBefore;
    private final long begun;
    private RunRecord record;

    /** @param clock nanoseconds, as {@code System.nanoTime} */
    public Ledger(RunFolder folder, RunRecord record, LongSupplier clock) {
        this.folder = folder;
        this.record = record;
        this.clock = clock;
        this.secondsBefore = record.course().seconds();
        this.begun = clock.getAsLong();
    }

    public synchronized RunRecord record() {
        return record;
    }

    public synchronized void change(UnaryOperator<RunRecord> change) {
        double spent = (clock.getAsLong() - begun) / NANOS_PER_SECOND;
        record = change.apply(record).spent(secondsBefore + spent);
        folder.write(record);
    }
}
