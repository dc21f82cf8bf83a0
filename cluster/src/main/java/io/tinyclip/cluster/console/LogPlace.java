package io.tinyclip.cluster.console;

import java.util.Optional;

/**
 * Where this process stands, for every line of its log: as what it takes part, in which run, at which step. A process has one
 * such place, and its lines come from threads that actors, kernels and libraries share. So whoever knows says it here, and each
 * line takes what is true when it is written; a thread's own context would be missing wherever work changes threads.
 *
 * @param role such as {@code worker}; empty where none was said, as everything else
 * @param run its name
 * @param step that comes next, or is under way
 */
public record LogPlace(String role, String run, Optional<Step> step) {
    private static final LogPlace NOWHERE = new LogPlace("", "", Optional.empty());

    private static volatile LogPlace now = NOWHERE;

    /**
     * A step, numbered as in metrics.jsonl.
     *
     * @param phase of the stage, such as {@code distill}
     */
    public record Step(int stage, String phase, int step) {}

    /** What lines say that are written now. */
    static LogPlace now() {
        return now;
    }

    /** This process begins, or goes on, as something else. */
    public static synchronized void as(String role) {
        now = new LogPlace(role, now.run, now.step);
    }

    /** It takes part in a run of which no step has been heard of yet. */
    public static synchronized void in(String run) {
        now = new LogPlace(now.role, run, Optional.empty());
    }

    /** It is asked for a step of a run. */
    public static synchronized void at(String run, Step step) {
        now = new LogPlace(now.role, run, Optional.of(step));
    }

    /** The run has got to a step. */
    public static synchronized void at(Step step) {
        now = new LogPlace(now.role, now.run, Optional.of(step));
    }

    /** As at the start of a process. */
    static synchronized void forget() {
        now = NOWHERE;
    }
}
