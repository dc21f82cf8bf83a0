package io.tinyclip.cluster.command;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.plane.Link;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How a cluster is doing, for a terminal. */
final class StatusTable {
    private static final double MEGABYTE = 1e6;
    private static final double NANOS = 1e9;
    private static final double GIB = 1L << 30;
    private static final double PERCENT = 100;

    private final StringBuilder text = new StringBuilder();

    private StatusTable() {}

    static String of(ClusterStatus status) {
        StatusTable table = new StatusTable();
        status.run()
                .ifPresentOrElse(
                        table::run,
                        () -> table.line("cluster " + status.cluster() + ": no coordinator leads a run just now"));
        table.members(status);
        table.broken(status);
        if (status.refused() > 0) {
            table.line(
                    status.refused() + " messages refused of those who may not say them; the leader's log says whose");
        }
        status.members().forEach(table::links);
        return table.text.toString();
    }

    private void run(ClusterStatus.Run run) {
        String where = run.cursor()
                .map(cursor -> String.format(
                        Locale.ROOT,
                        ", stage %d, %s",
                        cursor.stage() + 1,
                        cursor.phase().name().toLowerCase(Locale.ROOT)))
                .orElse("");
        line(String.format(
                Locale.ROOT,
                "run %s, term %d: %s%s, step %d of %d, %.2f steps/s",
                run.id(),
                run.term(),
                run.state(),
                where,
                run.stepsDone(),
                run.stepsTotal(),
                run.stepsPerSecond()));
        if (run.bad() > 0) {
            line(run.bad() + " samples left out so far, see bad-samples.jsonl in the run folder");
        }
        run.shards()
                .forEach(shard -> line(String.format(
                        Locale.ROOT,
                        "shard %,d to %,d at %s",
                        shard.range().from(),
                        shard.range().to(),
                        shard.server())));
    }

    private void members(ClusterStatus status) {
        if (status.members().isEmpty()) {
            return;
        }
        line(String.format(
                "%n%-14s %-22s %-12s %5s %9s %8s   %s",
                "role",
                "address",
                "state",
                "parts",
                "pairs/s",
                "memory",
                "time: computing, weights, features, gradient"));
        for (ClusterStatus.Member member : status.members()) {
            line(String.format(
                    Locale.ROOT,
                    "%-14s %-22s %-12s %5d %9.1f %4.1f GiB   %s",
                    roles(member.roles()),
                    member.address(),
                    word(member.state()),
                    member.partitions(),
                    member.pairsPerSecond(),
                    member.memoryBytes() / GIB,
                    member.roles().contains(MemberRole.WORKER) ? shares(member.shares()) : "-"));
        }
    }

    private void broken(ClusterStatus status) {
        for (ClusterStatus.Broken machine : status.broken()) {
            line(String.format(
                    "broken down: %s as %s: %s",
                    machine.address(),
                    roles(machine.roles()),
                    machine.breakdown().line()));
        }
    }

    private void links(ClusterStatus.Member member) {
        for (Link link : member.links()) {
            line(String.format(
                    Locale.ROOT,
                    "link %s from %s: %.1f MB at %.1f MB/s; to it %.1f MB",
                    member.address(),
                    link.peer(),
                    link.receivedBytes() / MEGABYTE,
                    rate(link),
                    link.sentBytes() / MEGABYTE));
        }
    }

    /** Megabytes a second while something was received. */
    static double rate(Link link) {
        return link.receivingNanos() == 0 ? 0 : link.receivedBytes() / MEGABYTE / (link.receivingNanos() / NANOS);
    }

    static String roles(Set<MemberRole> roles) {
        return roles.stream().sorted().map(MemberRole::word).collect(Collectors.joining(","));
    }

    static String word(ClusterStatus.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String shares(ClusterStatus.Shares shares) {
        return String.format(
                Locale.ROOT,
                "%.0f%%, %.0f%%, %.0f%%, %.0f%%",
                PERCENT * shares.computing(),
                PERCENT * shares.weights(),
                PERCENT * shares.features(),
                PERCENT * shares.gradient());
    }

    private void line(String line) {
        text.append(line).append(System.lineSeparator());
    }
}
