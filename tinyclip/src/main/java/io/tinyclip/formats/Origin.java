package io.tinyclip.formats;

import java.util.List;

/**
 * Where a tensor of ours comes from.
 *
 * @param names tensors of another library, whose rows follow one another in ours
 * @param transposed whether the one that there is has rows and columns swapped
 */
record Origin(List<String> names, boolean transposed) {
    Origin {
        names = List.copyOf(names);
    }

    static Origin same(String name) {
        return new Origin(List.of(name), false);
    }
}
