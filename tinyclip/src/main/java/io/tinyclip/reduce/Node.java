package io.tinyclip.reduce;

import java.util.ArrayList;
import java.util.List;

/**
 * A node of the perfect binary tree over the partitions.
 *
 * @param level 0 for a single partition
 * @param index it covers partitions {@code [index << level, (index + 1) << level)}
 */
public record Node(int level, int index) {
    /** First partition under this node. */
    public int from() {
        return index << level;
    }

    /** One past the last partition under this node. */
    public int to() {
        return (index + 1) << level;
    }

    Node sibling() {
        return new Node(level, index ^ 1);
    }

    Node parent() {
        return new Node(level + 1, index >> 1);
    }

    boolean covers(Node other) {
        return from() <= other.from() && other.to() <= to();
    }

    /** The fewest nodes that together cover partitions {@code [from, to)} and nothing else, left to right. */
    public static List<Node> covering(int from, int to) {
        List<Node> nodes = new ArrayList<>();
        int next = from;
        while (next < to) {
            int level = next == 0 ? 31 - Integer.numberOfLeadingZeros(to) : Integer.numberOfTrailingZeros(next);
            while (next + (1 << level) > to) {
                level--;
            }
            nodes.add(new Node(level, next >> level));
            next += 1 << level;
        }
        return nodes;
    }
}
