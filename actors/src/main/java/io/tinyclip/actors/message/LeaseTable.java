package io.tinyclip.actors.message;

import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who may answer for which partitions of a step: everybody who was ever leased them in it, as the first answer wins.
 *
 * @param attempt of the leases; the table of a later attempt has all that this one has
 */
public record LeaseTable(int attempt, List<Lease> leases) {
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
