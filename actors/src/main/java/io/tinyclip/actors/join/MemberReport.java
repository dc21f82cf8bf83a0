package io.tinyclip.actors.join;

import io.tinyclip.actors.message.TimeSpent;
import io.tinyclip.actors.plane.Link;
import java.util.List;

/**
 * What a machine has done since it began to work for a run.
 *
 * @param uptimeNanos since it began
 * @param leased partitions of the step under way
 * @param partitions whose gradients it has computed
 * @param spent on what
 * @param memoryBytes of the process, now
 * @param links of its data plane
 * @param refused messages that were out of bounds
 */
public record MemberReport(
        long uptimeNanos,
        int leased,
        long partitions,
        TimeSpent spent,
        long memoryBytes,
        List<Link> links,
        long refused) {
    public MemberReport {
        links = List.copyOf(links);
    }
}
