package io.tinyclip.actors.run;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.optimize.Range;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * How a run stands, for people.
 *
 * @param doing one word: what it waits for
 * @param eligible workers that leases would be given to now
 * @param stepSeconds of the last steps, oldest first
 * @param bad samples that were left out so far
 * @param refused messages to the coordinator that were out of bounds
 */
public record RunDescription(
        Stamp stamp,
        String doing,
        List<LivingServer> servers,
        List<Integer> eligible,
        List<Double> stepSeconds,
        long bad,
        long refused) {
    /** @param serverNames by number */
    static RunDescription of(Deciders run, IntFunction<String> serverNames, long refused) {
        Standing at = run.at();
        return new RunDescription(
                at.stamp(),
                at.mode().name().toLowerCase(Locale.ROOT),
                run.servers().all().stream()
                        .map(server -> new LivingServer(
                                serverNames.apply(server),
                                run.moving().map().range(server, at.position().layout())))
                        .toList(),
                run.workers().eligible(),
                run.stepping().times().seconds(),
                at.position().bad(),
                refused);
    }

    /**
     * A parameter server.
     *
     * @param name its actor's address
     * @param range of the vector that it holds, if any
     */
    public record LivingServer(String name, Optional<Range> range) {}
}
