package io.tinyclip.actors.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * How long the last steps took, and from that how long a lease may take: twice as long each time that nobody is known to be
 * late, until a step is committed.
 */
final class StepTimes {
    private static final int REMEMBERED = 9;

    /** The first step also reads data and warms up, and nothing is known about its time. */
    private static final int FIRST_STEP = 10;

    private static final int MOST_DOUBLINGS = 4;

    private final RunPolicy.Deadline deadline;
    private final Deque<Long> nanos = new ArrayDeque<>();
    private int doublings;

    StepTimes(RunPolicy.Deadline deadline) {
        this.deadline = deadline;
    }

    /** A step was committed. */
    void add(long took) {
        doublings = 0;
        nanos.add(took);
        if (nanos.size() > REMEMBERED) {
            nanos.remove();
        }
    }

    /** The deadline has passed, and whom to blame is not known. */
    void doubleDeadline() {
        doublings = Math.min(MOST_DOUBLINGS, doublings + 1);
    }

    /** Nanoseconds after which a lease is late. */
    long deadlineNanos() {
        return usualDeadline() << doublings;
    }

    /** Nanoseconds that a part of a step takes at the most where nothing hangs. */
    long usualNanos() {
        return usualDeadline();
    }

    /** After which it is said what anything else is waited for. */
    long longWaitNanos() {
        return FIRST_STEP * deadline.least().toNanos();
    }

    private long usualDeadline() {
        long least = deadline.least().toNanos();
        if (nanos.isEmpty()) {
            return longWaitNanos();
        }
        long usual =
                nanos.stream().sorted().skip((nanos.size() - 1) / 2).findFirst().orElseThrow();
        return Math.max(least, (long) (deadline.factor() * usual));
    }

    /** Of the last steps, oldest first. */
    List<Double> seconds() {
        return nanos.stream().map(took -> took * 1e-9).toList();
    }
}
