package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import io.tinyclip.optimize.Range;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * How a run stands, for people.
 *
 * @param doing one word: what it waits for
 * @param stepSeconds of the last steps, oldest first
 */
record RunDescription(
        Stamp stamp, String doing, List<LivingWorker> workers, List<LivingServer> servers, List<Double> stepSeconds)
        implements NoSerializationVerificationNeeded {
    /** @param serverNames by number */
    static RunDescription of(RunCourse run, RunMembers members, IntFunction<String> serverNames, long nowNanos) {
        List<Lease> leases = run.is(RunMode.STEPPING) ? run.step().leases() : List.of();
        return new RunDescription(
                run.stamp(),
                run.mode().name().toLowerCase(Locale.ROOT),
                members.workers().stream()
                        .map(worker -> members.describe(worker, leases, nowNanos))
                        .toList(),
                members.servers().stream()
                        .map(server -> new LivingServer(
                                serverNames.apply(server),
                                run.map().range(server, run.position().layout()),
                                members.isLeaving(server)))
                        .toList(),
                run.times().seconds());
    }

    /**
     * A worker.
     *
     * @param name its actor's address
     * @param leases of the step under way
     * @param silentSeconds since it was heard of
     * @param sitsOut whether it was late, silent or is suspected, and gets no leases for a while
     */
    record LivingWorker(String name, List<Lease> leases, double silentSeconds, boolean leaving, boolean sitsOut) {}

    /**
     * A parameter server.
     *
     * @param name its actor's address
     * @param range of the vector that it holds, if any
     */
    record LivingServer(String name, Optional<Range> range, boolean leaving) {}
}
