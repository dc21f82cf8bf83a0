package io.tinyclip.data;

import io.tinyclip.image.Preprocessing;

/** Views of some pairs of a dataset, whose bytes were read together. May be used by several threads at once. */
@FunctionalInterface
public interface Views {
    /**
     * As {@link Dataset#view} of the same arguments.
     *
     * @param index one of those that were gathered
     */
    Sample view(int index, long key, Preprocessing preprocessing);
}
