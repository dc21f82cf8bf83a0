package io.tinyclip.reduce;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Adds partitions' vectors by the canonical tree, always {@code left + right}, as they come in: the bits do not depend
 * on the order of arrival, nor on who added what. Arrays passed in are never written to.
 */
public final class TreeSum {
    private final int levels;
    private final Map<Node, Part> parts = new HashMap<>();

    private record Part(float[] values, boolean owned) {}

    /** @param partitions V, a power of two */
    public TreeSum(int partitions) {
        if (Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException("partitions [" + partitions + "] must be a power of two");
        }
        this.levels = Integer.numberOfTrailingZeros(partitions);
    }

    /** Whether everything under the node is in already: a further sum for it is redundant. */
    public boolean has(Node node) {
        return parts.keySet().stream().anyMatch(part -> part.covers(node));
    }

    /** Takes in the sum of a node. The first answer wins: what is in already is left alone. */
    public void put(Node node, float[] values) {
        if (has(node)) {
            return;
        }
        parts.keySet().removeIf(node::covers);
        Node at = node;
        Part part = new Part(values, false);
        Part sibling = parts.remove(at.sibling());
        while (sibling != null) {
            part = (at.index() & 1) == 0 ? add(part, sibling) : add(sibling, part);
            at = at.parent();
            sibling = parts.remove(at.sibling());
        }
        parts.put(at, part);
    }

    /** The sum of a node, once everything under it is in and nothing above it was completed. */
    public Optional<float[]> sum(Node node) {
        return Optional.ofNullable(parts.get(node)).map(Part::values);
    }

    /** The sum over all partitions, once all are in. */
    public Optional<float[]> total() {
        return sum(new Node(levels, 0));
    }

    private static Part add(Part left, Part right) {
        float[] sum = left.owned ? left.values : right.owned ? right.values : new float[left.values.length];
        float[] a = left.values;
        float[] b = right.values;
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return new Part(sum, true);
    }
}
