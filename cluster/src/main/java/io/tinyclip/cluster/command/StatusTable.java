package io.tinyclip.cluster.command;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.cluster.board.BusiestLinks;
import io.tinyclip.cluster.board.StatusWords;
import java.util.Locale;

/** How a cluster is doing, for a terminal. */
final class StatusTable {
    private static final double MEGABYTE = 1e6;
    private static final double GIB = 1L << 30;
    private static final double PERCENT = 100;
    private static final int MOST_LINKS = 24;

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
        table.busiestLinks(status);
        status.members().forEach(table::refused);
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
        if (run.refused() > 0) {
            line(run.refused() + " messages to the coordinator were out of bounds and refused; see its log for whose");
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
                    StatusWords.roles(member.roles()),
                    member.address(),
                    StatusWords.word(member.state()),
                    member.partitions(),
                    member.pairsPerSecond(),
                    member.memoryBytes() / GIB,
                    member.roles().contains(MemberRole.WORKER) ? shares(member.shares()) : "-"));
        }
    }

    private void refused(ClusterStatus.Member member) {
        if (member.refused() > 0) {
            line(member.address() + " refused " + member.refused() + " messages that were out of bounds; see its log");
        }
    }

    private void broken(ClusterStatus status) {
        for (ClusterStatus.Broken machine : status.broken()) {
            line(String.format(
                    "broken down: %s as %s: %s",
                    machine.address(),
                    StatusWords.roles(machine.roles()),
                    machine.breakdown().line()));
        }
    }

    /** Of eight machines there are 56, of a hundred ten thousand: the table above is to stay in sight. */
    private void busiestLinks(ClusterStatus status) {
        BusiestLinks.of(status, MOST_LINKS).members().forEach(this::links);
        int all = status.members().stream()
                .mapToInt(member -> member.links().size())
                .sum();
        if (all > MOST_LINKS) {
            line(all - MOST_LINKS + " further links, over which less has come; --json tells them");
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
                    StatusWords.rate(link),
                    link.sentBytes() / MEGABYTE));
        }
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
