package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.machine.RoleMemory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run will take.
 *
 * @param name of the run
 * @param stages of it, phase by phase
 * @param memory of a process of each role; the first is of a run in one process
 * @param travels bytes of a step by role
 * @param disk bytes on disks
 * @param here on this machine; empty where nothing was measured
 * @param elsewhere on other machines; empty where none were named
 * @param notes what is not as the run will have it, and what is not counted
 */
public record Forecast(
        String name,
        List<Stage> stages,
        List<RoleMemory> memory,
        Travels travels,
        DiskNeed disk,
        Optional<Here> here,
        Optional<Elsewhere> elsewhere,
        List<String> notes) {
    /**
     * One phase.
     *
     * @param pairs of all its steps
     * @param passes over the training pairs; empty where nobody knows how many there are
     * @param asked steps in which the teacher is asked
     * @param traffic of a step
     * @param cost of a step in which it is not
     */
    public record Stage(
            PhaseWork work, long pairs, OptionalDouble passes, long asked, StepTraffic traffic, Optional<Cost> cost) {}

    /**
     * Bytes of the step that moves most.
     *
     * @param workers and {@code servers} between which they travel
     */
    public record Travels(int workers, int servers, StepTraffic.Bytes worker, StepTraffic.Bytes server) {}

    /**
     * Here, all steps together.
     *
     * @param begin until the first step: the JVM, the engine, what is opened
     * @param warming what code takes more until it is compiled, and a phase's kernels
     * @param steps of students
     * @param teacher of the steps in which it is asked
     * @param asking one of those
     * @param checkpoints of all phases
     * @param judging of teacher and students, and the report
     * @param threads that compute
     * @param whole whether steps were measured as large as they are
     */
    public record Here(
            Cost begin,
            Cost warming,
            Cost steps,
            Cost teacher,
            Cost asking,
            Cost checkpoints,
            Cost judging,
            int threads,
            boolean whole) {
        /** Of the whole run. */
        public Cost all() {
            return begin.plus(warming)
                    .plus(steps)
                    .plus(teacher)
                    .plus(checkpoints)
                    .plus(judging);
        }
    }

    /**
     * On other machines; judging and checkpoints are left out.
     *
     * @param seconds of a step, phase by phase
     * @param hours of all steps
     * @param again the largest share of graphs that had no room
     * @param decoding cores of each machine that decode pictures while the quickest phase computes; empty if not measured
     */
    public record Elsewhere(
            Machines machines,
            int servers,
            List<Double> seconds,
            double hours,
            double again,
            OptionalDouble decoding) {}
}
