package io.tinyclip.actors.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** How long the last steps took, and from that how long a lease may take. */
final class StepTimes {
    private static final int REMEMBERED = 9;

    /** The first step also reads data and warms up, and nothing is known about its time. */
    private static final int FIRST_STEP = 10;

    private final RunPolicy.Deadline deadline;
    private final Deque<Long> nanos = new ArrayDeque<>();

    StepTimes(RunPolicy.Deadline deadline) {
        this.deadline = deadline;
    }

    void add(long took) {
        nanos.add(took);
        if (nanos.size() > REMEMBERED) {
            nanos.remove();
        }
    }

    /** Nanoseconds after which a lease is late. */
    long deadlineNanos() {
        long least = deadline.least().toNanos();
        if (nanos.isEmpty()) {
            return FIRST_STEP * least;
        }
        long usual = nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow();
        return Math.max(least, (long) (deadline.factor() * usual));
    }

    /** Of the last steps, oldest first. */
    List<Double> seconds() {
        return nanos.stream().map(took -> took * 1e-9).toList();
    }
}
