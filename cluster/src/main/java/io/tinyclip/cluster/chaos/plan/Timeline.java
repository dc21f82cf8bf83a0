package io.tinyclip.cluster.chaos.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * When a run committed its steps, from looks at how many there are. Fewer than before means that it went back: the steps since
 * are done again.
 */
public final class Timeline {
    private record Commit(long millis, int redone) {}

    private final List<Commit> commits = new ArrayList<>();
    private int steps;
    private int most;

    /**
     * What a look showed.
     *
     * @param millis of any clock that goes on
     * @param now committed steps
     */
    public void seen(long millis, int now) {
        if (now < steps) {
            steps = now;
        }
        for (; steps < now; steps++) {
            commits.add(new Commit(millis, steps < most ? 1 : 0));
        }
        most = Math.max(most, now);
    }

    /** Committed steps at the last look. */
    public int steps() {
        return steps;
    }

    /** Commits so far, those that were done again included: it only grows. */
    public int commits() {
        return commits.size();
    }

    /** When the run committed last; {@code otherwise} before the first. */
    public long last(long otherwise) {
        return commits.isEmpty() ? otherwise : commits.get(commits.size() - 1).millis;
    }

    /**
     * The longest time without a commit in a stretch of time.
     *
     * @param before where the stretch ends; what has not ended there is looked at as far as that
     */
    public long longestPauseMillis(long from, long before) {
        long begun = from;
        long longest = 0;
        for (Commit commit : commits) {
            if (commit.millis > from && commit.millis <= before) {
                longest = Math.max(longest, commit.millis - begun);
                begun = commit.millis;
            }
        }
        return Math.max(longest, before - begun);
    }

    /** When the run committed first after a moment; {@code otherwise} if it did not. */
    long firstAfter(long moment, long otherwise) {
        return commits.stream()
                .mapToLong(Commit::millis)
                .filter(millis -> millis > moment)
                .findFirst()
                .orElse(otherwise);
    }

    /** Steps that were done again, of those committed in a stretch of time. */
    public int redone(long from, long before) {
        return commits.stream()
                .filter(commit -> commit.millis > from && commit.millis <= before)
                .mapToInt(Commit::redone)
                .sum();
    }
}
