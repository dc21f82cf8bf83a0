package io.tinyclip.cluster.devices;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** How often a process that failed is started again: a few times within an hour, each time a little later. */
final class Restarts {
    static final int MOST = 5;
    private static final long WITHIN = Duration.ofHours(1).toNanos();
    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Deque<Long> past = new ArrayDeque<>();

    /**
     * @param nanos when it failed, by a clock that only goes on
     * @return how long to wait before the next start; empty where it has failed too often
     */
    Optional<Duration> next(long nanos) {
        while (!past.isEmpty() && nanos - past.getFirst() > WITHIN) {
            past.removeFirst();
        }
        if (past.size() == MOST) {
            return Optional.empty();
        }
        past.addLast(nanos);
        return Optional.of(FIRST.multipliedBy(1L << (past.size() - 1)));
    }
}
