package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.TimeSpent;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Where a worker's time goes. At each moment it computes, on one thread or more, or waits for the one thing that it has
 * asked for last. May be used from any thread.
 */
public final class StepClock {
    /** What a worker that computes nothing waits for. */
    enum Awaited {
        WEIGHTS,
        FEATURES,
        /** The gradient's sum, the update and the next step's orders, all of which are others' work. */
        GRADIENT
    }

    private final LongSupplier nanos;
    private final long[] waited = new long[Awaited.values().length];
    private long computed;
    private long partitions;
    private int leased;
    private int computing;
    private Awaited awaited = Awaited.GRADIENT;
    private long since;

    /** @param nanos the time, such as {@link System#nanoTime} */
    public StepClock(LongSupplier nanos) {
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /** @param partitions that are this worker's in the step under way */
    synchronized void leases(int partitions) {
        leased = partitions;
    }

    synchronized void awaits(Awaited next) {
        count();
        awaited = next;
    }

    /** A partition's gradient is there; unless there are more to compute, the worker waits for the next step. */
    synchronized void partitionDone() {
        awaits(Awaited.GRADIENT);
        partitions++;
    }

    public synchronized int leased() {
        return leased;
    }

    public synchronized long partitions() {
        return partitions;
    }

    public synchronized TimeSpent spent() {
        count();
        return new TimeSpent(
                computed,
                waited[Awaited.WEIGHTS.ordinal()],
                waited[Awaited.FEATURES.ordinal()],
                waited[Awaited.GRADIENT.ordinal()]);
    }

    /** The same threads, whose tasks count as computing while they run. */
    public Executor measured(Executor threads) {
        return task -> threads.execute(() -> {
            computing(1);
            try {
                task.run();
            } finally {
                computing(-1);
            }
        });
    }

    private synchronized void computing(int change) {
        count();
        computing += change;
    }

    private void count() {
        long now = nanos.getAsLong();
        if (computing > 0) {
            computed += now - since;
        } else {
            waited[awaited.ordinal()] += now - since;
        }
        since = now;
    }
}
