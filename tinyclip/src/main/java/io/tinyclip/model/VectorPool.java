package io.tinyclip.model;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Vectors that are used again, so that what every step makes takes memory once. They are all of the size that was asked for
 * last; the others go. Safe for several threads.
 */
public final class VectorPool {
    private final Deque<FloatVector> spare = new ArrayDeque<>();

    /** A vector that is nobody else's, with anything in it. */
    public synchronized FloatVector take(int size) {
        spare.removeIf(vector -> vector.size() != size);
        FloatVector found = spare.poll();
        return found == null ? FloatVector.allocate(size) : found;
    }

    /** Gives back what nobody reads any more, or only to find out that it was too late. */
    public synchronized void give(FloatVector vector) {
        spare.push(vector);
    }
}
