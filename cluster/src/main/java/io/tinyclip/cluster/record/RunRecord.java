package io.tinyclip.cluster.record;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What run.json says: what ran, and every figure. {@link RunRecordJson} is the text of it.
 *
 * @param beginning what the run was from its first moment on
 * @param numerics on which machines it ran; within one class the same settings give the same digest
 * @param course how far it has come
 * @param figures taken so far
 */
public record RunRecord(Beginning beginning, RunNumerics numerics, Course course, RunFigures figures) {
    /**
     * What never changes.
     *
     * @param command {@code run} or {@code pretrain}
     * @param inputs SHA-256 by name of what the settings only point at: teacher and data
     */
    public record Beginning(String command, String name, long seed, Map<String, String> inputs) {
        public Beginning {
            inputs = new TreeMap<>(inputs);
        }
    }

    /**
     * How far a run has come.
     *
     * @param seconds spent so far, over all processes
     * @param digest the state digest of the newest finished stage; empty before the first
     * @param failure why it could not go on, in one line; empty as soon as it goes on
     */
    public record Course(boolean finished, double seconds, String digest, Optional<String> failure) {
        Course spent(double now) {
            return new Course(finished, now, digest, failure);
        }
    }

    /** A run that has not begun. */
    public static RunRecord fresh(Beginning beginning, RunNumerics numerics) {
        return new RunRecord(beginning, numerics, new Course(false, 0, "", Optional.empty()), RunFigures.NONE);
    }

    /** The same run on the machines that are known now. */
    public RunRecord with(RunNumerics now) {
        return new RunRecord(beginning, now, course, figures);
    }

    /** The same run with what else was measured. */
    public RunRecord with(RunFigures now) {
        return new RunRecord(beginning, numerics, course, now);
    }

    /** The record after stage {@code index} finished, for the first time or again. */
    public RunRecord reached(int index, StageFigures stage) {
        Course now = new Course(course.finished, course.seconds, stage.digest(), course.failure);
        return new RunRecord(beginning, numerics, now, figures.withStage(index, stage));
    }

    /** The record at the run's end. */
    public RunRecord ended(String digest) {
        return new RunRecord(beginning, numerics, new Course(true, course.seconds, digest, Optional.empty()), figures);
    }

    /** The record of a run that nobody can go on with, or empty of one that goes on. */
    public RunRecord failed(Optional<String> reason) {
        return new RunRecord(
                beginning, numerics, new Course(course.finished, course.seconds, course.digest, reason), figures);
    }

    /** @param seconds over all processes */
    RunRecord spent(double seconds) {
        return new RunRecord(beginning, numerics, course.spent(seconds), figures);
    }
}
