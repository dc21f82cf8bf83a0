package io.tinyclip.cluster.board;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.plane.Link;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How a cluster's state is said, wherever it is shown. */
public final class StatusWords {
    private static final double MEGABYTE = 1e6;
    private static final double NANOS = 1e9;

    private StatusWords() {}

    /** Megabytes a second while something was received. */
    public static double rate(Link link) {
        return link.receivingNanos() == 0 ? 0 : link.receivedBytes() / MEGABYTE / (link.receivingNanos() / NANOS);
    }

    /** Such as {@code worker,server}. */
    public static String roles(Set<MemberRole> roles) {
        return roles.stream().sorted().map(MemberRole::word).collect(Collectors.joining(","));
    }

    /** Such as {@code standing by}. */
    public static String word(ClusterStatus.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
