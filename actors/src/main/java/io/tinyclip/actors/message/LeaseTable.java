package io.tinyclip.actors.message;

import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Who may answer for which partitions of a step: everybody who was ever leased them in it, as the first answer wins.
 *
 * @param attempt of the leases; the table of a later attempt has all that this one has
 * @param announcers what each worker with a lease shows to the server that is told of it
 */
public record LeaseTable(int attempt, List<Lease> leases, List<Announcer> announcers) {
    /** Who shows this token announces sums of this worker. */
    public record Announcer(int worker, String token) {}

    /** For no server yet: none takes a sum by it. */
    public LeaseTable(int attempt, List<Lease> leases) {
        this(attempt, leases, List.of());
    }

    /** The same for one server. @param token what a worker shows there */
    public LeaseTable shownBy(IntFunction<String> token) {
        List<Announcer> shown = Lease.workers(leases, List.of()).stream()
                .map(worker -> new Announcer(worker, token.apply(worker)))
                .toList();
        return new LeaseTable(attempt, leases, shown);
    }

    /** Whether a worker is known here that shows something else. */
    public boolean belies(int worker, String token) {
        return announcers.stream().anyMatch(it -> it.worker == worker && !it.token.equals(token));
    }

    /** Whether whoever shows the token is this worker. */
    public boolean shows(int worker, String token) {
        return announcers.contains(new Announcer(worker, token));
    }

    /** Nodes above have more partitions than a run may. */
    private static final int HIGHEST_LEVEL = 30;

    /** Whether a worker was leased every partition under a node. */
    public boolean holds(int worker, Node node) {
        return isInTree(node)
                && IntStream.range(node.from(), node.to()).allMatch(partition -> holds(worker, partition));
    }

    private boolean holds(int worker, int partition) {
        return leases.stream()
                .anyMatch(lease -> lease.worker() == worker && lease.from() <= partition && partition < lease.to());
    }

    /** Whether no bit of a node's bounds is lost. */
    private static boolean isInTree(Node node) {
        return node.level() >= 0
                && node.level() < HIGHEST_LEVEL
                && node.index() >= 0
                && node.index() < 1 << HIGHEST_LEVEL - node.level();
    }
}
