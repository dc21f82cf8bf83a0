package io.tinyclip.actors;

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
 */
record MemberReport(
        long uptimeNanos, int leased, long partitions, TimeSpent spent, long memoryBytes, List<Link> links) {
    MemberReport {
        links = List.copyOf(links);
    }
}
