package io.tinyclip.reduce;

import io.tinyclip.model.FloatVector;
import io.tinyclip.rounding.Rounding;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Adds partitions' vectors by the canonical tree, always {@code left + right}, as they come in: the bits do not depend
 * on the order of arrival, nor on who added what, nor on where they lie. Vectors that are passed in are given away: a sum may be put
 * where one of them lies.
 *
 * @param <T> the vectors
 */
public final class TreeSum<T> {
    /**
     * Additions of two vectors, elementwise in floats; each sum is rounded as it is made, whether it travels or not.
     *
     * @param <T> the vectors
     */
    public interface Arithmetic<T> {
        /** left + right, rounded; both are given away. */
        T add(T left, T right);

        /** Takes a vector back that is not asked for any more. */
        void free(T unused);
    }

    private final int levels;
    private final Arithmetic<T> arithmetic;
    private final Map<Node, T> parts = new HashMap<>();

    /** @param partitions V, a power of two */
    public TreeSum(int partitions, Arithmetic<T> arithmetic) {
        if (Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException("partitions [" + partitions + "] must be a power of two");
        }
        this.levels = Integer.numberOfTrailingZeros(partitions);
        this.arithmetic = arithmetic;
    }

    /** Of vectors on the host, without rounding. @param partitions V, a power of two */
    public static TreeSum<FloatVector> of(int partitions) {
        return of(partitions, Rounding.FP32, gone -> {});
    }

    /**
     * Of vectors on the host.
     *
     * @param partitions V, a power of two
     * @param rounding of every node
     * @param unused takes each vector that is not asked for any more
     */
    public static TreeSum<FloatVector> of(int partitions, Rounding rounding, Consumer<FloatVector> unused) {
        return new TreeSum<>(partitions, new VectorSums(rounding, unused));
    }

    /** Whether everything under the node is in already: a further sum for it is redundant. */
    public boolean has(Node node) {
        return parts.keySet().stream().anyMatch(part -> part.covers(node));
    }

    /**
     * Takes in the sum of a node. The first answer wins: what is in already is left alone.
     *
     * @param values rounded, as whoever made them did; nobody else's from now on
     */
    public void give(Node node, T values) {
        if (has(node)) {
            arithmetic.free(values);
            return;
        }
        parts.entrySet().removeIf(part -> node.covers(part.getKey()) && drop(part.getValue()));
        Node at = node;
        T part = values;
        T sibling = parts.remove(at.sibling());
        while (sibling != null) {
            part = (at.index() & 1) == 0 ? arithmetic.add(part, sibling) : arithmetic.add(sibling, part);
            at = at.parent();
            sibling = parts.remove(at.sibling());
        }
        parts.put(at, part);
    }

    /** The sum of a node, once everything under it is in and nothing above it was completed. */
    public Optional<T> sum(Node node) {
        return Optional.ofNullable(parts.get(node));
    }

    /** The sum over all partitions, once all are in. */
    public Optional<T> total() {
        return sum(new Node(levels, 0));
    }

    /** Ends the sum: nobody reads any of it any more. */
    public void clear() {
        parts.values().forEach(arithmetic::free);
        parts.clear();
    }

    private boolean drop(T part) {
        arithmetic.free(part);
        return true;
    }
}
