package io.tinyclip.reduce;

import io.tinyclip.model.FloatVector;
import io.tinyclip.rounding.Rounding;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Adds partitions' vectors by the canonical tree, always {@code left + right}, as they come in: the bits do not depend
 * on the order of arrival, nor on who added what: each node's sum is rounded as it is made, whether it travels or not.
 * Vectors passed in are never written to, but for those that are given away.
 */
public final class TreeSum {
    /** Floats added and then rounded, while they are in the processor's first cache. */
    private static final int CHUNK = 2048;

    private final int levels;
    private final Rounding rounding;
    private final Consumer<FloatVector> unused;
    private final Map<Node, Part> parts = new HashMap<>();

    private record Part(FloatVector values, boolean owned) {}

    /** Without rounding. @param partitions V, a power of two */
    public TreeSum(int partitions) {
        this(partitions, Rounding.FP32);
    }

    /**
     * @param partitions V, a power of two
     * @param rounding of every node
     */
    public TreeSum(int partitions, Rounding rounding) {
        this(partitions, rounding, gone -> {});
    }

    /**
     * @param partitions V, a power of two
     * @param rounding of every node
     * @param unused takes each vector that was given away and is not asked for any more
     */
    public TreeSum(int partitions, Rounding rounding, Consumer<FloatVector> unused) {
        if (Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException("partitions [" + partitions + "] must be a power of two");
        }
        this.levels = Integer.numberOfTrailingZeros(partitions);
        this.rounding = rounding;
        this.unused = unused;
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
    public void put(Node node, FloatVector values) {
        put(node, new Part(values, false));
    }

    /** The same with a vector that is nobody else's from now on: a sum may be put where it lies. */
    public void give(Node node, FloatVector values) {
        put(node, new Part(values, true));
    }

    private void put(Node node, Part values) {
        if (has(node)) {
            drop(values);
            return;
        }
        parts.entrySet().removeIf(part -> node.covers(part.getKey()) && drop(part.getValue()));
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
    public Optional<FloatVector> sum(Node node) {
        return Optional.ofNullable(parts.get(node)).map(Part::values);
    }

    /** The sum over all partitions, once all are in. */
    public Optional<FloatVector> total() {
        return sum(new Node(levels, 0));
    }

    /** Ends the sum: nobody reads any of it any more. */
    public void clear() {
        parts.values().forEach(this::drop);
        parts.clear();
    }

    private boolean drop(Part part) {
        if (part.owned) {
            unused.accept(part.values);
        }
        return true;
    }

    private Part add(Part left, Part right) {
        int size = left.values.size();
        FloatVector sum = left.owned ? left.values : right.owned ? right.values : FloatVector.allocate(size);
        FloatBuffer target = sum.floats();
        // A loop over arrays takes vector instructions, one over buffers does not.
        float[] a = new float[Math.min(CHUNK, size)];
        float[] b = new float[a.length];
        for (int from = 0; from < size; from += CHUNK) {
            int count = Math.min(CHUNK, size - from);
            left.values.copy(from, a, 0, count);
            right.values.copy(from, b, 0, count);
            add(a, b, count);
            rounding.apply(a, 0, count);
            target.put(from, a, 0, count);
        }
        if (left.owned && right.owned) {
            unused.accept(right.values);
        }
        return new Part(sum, true);
    }

    private static void add(float[] sum, float[] right, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += right[i];
        }
    }
}
