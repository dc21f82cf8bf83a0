package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.forecast.Probing.Found;
import io.tinyclip.compute.Hold;
import io.tinyclip.model.Counts;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;

/**
 * A step on several machines, as docs/scaling.md has it: what a worker computes shrinks with their number, and what travels does
 * not. Features come in when they are computed, sums go out at the end; the weights of the next step come in while the teacher
 * embeds its pairs. Of two ends of a way the busier counts.
 */
final class Scaling {
    private static final double OPERATIONS = 2;
    /** A forward, and a backward that costs two. */
    private static final double TRAINED = 3;
    /** The forward once more, where a graph could not be held. */
    private static final double AGAIN = 1;
    /** Part of a device's memory that graphs may take. */
    private static final double HELD = 0.5;

    private final Subject subject;
    private final Machines machines;
    private final int servers;
    private final Optional<Found> here;

    /** @param here what was measured on this machine, where the others are like it */
    Scaling(Subject subject, Machines machines, int servers, Optional<Found> here) {
        this.subject = subject;
        this.machines = machines;
        this.servers = servers;
        this.here = here;
    }

    /**
     * Seconds of a step.
     *
     * @param student forward and backward of a worker
     * @param teacher forward of a worker, on average over the phase
     * @param weights into a worker, or out of a server
     * @param features into a worker
     * @param sums out of a worker, or into a server
     * @param again share of the graphs that do not fit, whose forward is computed twice
     */
    record Step(double student, double teacher, double weights, double features, double sums, double again) {
        double seconds() {
            return student + Math.max(teacher, weights) + features + sums;
        }
    }

    /** @param asked share of the phase's steps in which the teacher is asked */
    Step step(int phase, PhaseWork work, double asked) {
        RunPlan plan = subject.plan();
        int partitions = (plan.partitions() + machines.count() - 1) / machines.count();
        StepTraffic traffic = StepTraffic.of(plan, work.layout(), subject.embeddings());
        StepTraffic.Bytes worker = traffic.worker(machines.count());
        StepTraffic.Bytes server = traffic.server(machines.count(), servers);
        double rate = machines.bytesPerSecond();
        double features = (worker.receives() - traffic.weights()) / rate;
        double own = (double) partitions * plan.partitionSize();
        double again = machines.operations().isPresent() ? again(work, partitions) : 0;
        double student;
        double teacher;
        if (machines.operations().isPresent()) {
            double operations = machines.operations().getAsDouble();
            student = OPERATIONS
                    * (TRAINED + again * AGAIN)
                    * own
                    * Counts.of(work.shape()).macs()
                    / operations;
            teacher = asked * OPERATIONS * own * teacherMacs() / operations;
        } else {
            Found found = here.orElseThrow();
            double share = own / plan.globalBatch();
            student = share * found.phases().get(phase).step().seconds();
            teacher = share * asked * found.teacher().seconds();
        }
        return new Step(
                student,
                teacher,
                Math.max(traffic.weights(), server.sends()) / rate,
                features,
                Math.max(worker.sends() - ownFeatures(traffic, partitions), server.receives()) / rate,
                again);
    }

    /** Features that others fetch leave while they come in. */
    private long ownFeatures(StepTraffic traffic, int partitions) {
        return machines.count() == 1 ? 0 : (long) partitions * (machines.count() - 1) * traffic.partition();
    }

    private double again(PhaseWork work, int partitions) {
        double graphs =
                (double) partitions * Hold.bytes(work.layout(), subject.plan().partitionSize(), machines.precision());
        return Math.max(0, 1 - HELD * machines.memory() / graphs);
    }

    private double teacherMacs() {
        return subject.start().teachers().stream()
                .mapToDouble(teacher -> macs(teacher.shape()))
                .sum();
    }

    private static double macs(ModelShape shape) {
        return Counts.of(shape).macs();
    }
}
