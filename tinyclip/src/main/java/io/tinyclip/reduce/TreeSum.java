package io.tinyclip.reduce;

import io.tinyclip.rounding.Rounding;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Adds partitions' vectors by the canonical tree, always {@code left + right}, as they come in: the bits do not depend
 * on the order of arrival, nor on who added what: each node's sum is rounded as it is made, whether it travels or not.
 * Arrays passed in are never written to, but for those that are given away.
 */
public final class TreeSum {
    /** Floats added and then rounded, while they are in the processor's first cache. */
    private static final int CHUNK = 2048;

    private final int levels;
    private final Rounding rounding;
    private final Map<Node, Part> parts = new HashMap<>();

    private record Part(float[] values, boolean owned) {}

    /** Without rounding. @param partitions V, a power of two */
    public TreeSum(int partitions) {
        this(partitions, Rounding.FP32);
    }

    /**
     * @param partitions V, a power of two
     * @param rounding of every node
     */
    public TreeSum(int partitions, Rounding rounding) {
        if (Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException("partitions [" + partitions + "] must be a power of two");
        }
        this.levels = Integer.numberOfTrailingZeros(partitions);
        this.rounding = rounding;
    }

    /** Whether everything under the node is in already: a further sum for it is redundant. */
    public boolean has(Node node) {
        return parts.keySet().stream().anyMatch(part -> part.covers(node));
    }

    /**
     * Takes in the sum of a node. The first answer wins: what is in already is left alone.
     *
     * @param values rounded, as whoever made them did
     */
    public void put(Node node, float[] values) {
        put(node, new Part(values, false));
    }

    /** The same with an array that is nobody else's from now on: a sum may be put where it lies. */
    public void give(Node node, float[] values) {
        put(node, new Part(values, true));
    }

    private void put(Node node, Part values) {
        if (has(node)) {
            return;
        }
        parts.keySet().removeIf(node::covers);
        Node at = node;
        Part part = values;
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

    private Part add(Part left, Part right) {
        float[] sum = left.owned ? left.values : right.owned ? right.values : new float[left.values.length];
        for (int from = 0; from < sum.length; from += CHUNK) {
            int to = Math.min(from + CHUNK, sum.length);
            add(left.values, right.values, sum, from, to);
            rounding.apply(sum, from, to);
        }
        return new Part(sum, true);
    }

    private static void add(float[] left, float[] right, float[] sum, int from, int to) {
        for (int i = from; i < to; i++) {
            sum[i] = left[i] + right[i];
        }
    }
}
