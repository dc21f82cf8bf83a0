package io.tinyclip.cluster.board;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.plane.Link;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Set;

/** Each of many machines has a link with each other: who looks is shown those over which most has come. */
public final class BusiestLinks {
    private BusiestLinks() {}

    /** The same status with at most so many links in all, each with its machine. */
    public static ClusterStatus of(ClusterStatus status, int most) {
        Set<Link> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        status.members().stream()
                .flatMap(member -> member.links().stream())
                .sorted(Comparator.comparingLong(Link::receivedBytes).reversed())
                .limit(most)
                .forEach(kept::add);
        return new ClusterStatus(
                status.cluster(),
                status.run(),
                status.members().stream().map(member -> with(kept, member)).toList(),
                status.broken(),
                status.refused());
    }

    private static ClusterStatus.Member with(Set<Link> kept, ClusterStatus.Member member) {
        return new ClusterStatus.Member(
                member.roles(),
                member.address(),
                member.state(),
                member.partitions(),
                member.pairsPerSecond(),
                member.memoryBytes(),
                member.shares(),
                member.links().stream().filter(kept::contains).toList(),
                member.refused());
    }
}
