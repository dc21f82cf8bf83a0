package io.tinyclip.inherit;

import io.tinyclip.mask.MaskGroup;
import java.util.stream.IntStream;

/** Says which units of a group a smaller model takes. */
@FunctionalInterface
interface Selection {
    /** At even distances from the first on, whatever the units are worth. */
    Selection EVEN = (group, among, count) -> IntStream.range(0, count)
            .map(i -> (int) ((long) i * among.length / count))
            .toArray();

    /**
     * Some of the units that are left.
     *
     * @param group of masks, of a tower's width or of a layer's heads or neurons
     * @param among units of the group that are left, ascending
     * @param count at most as many
     * @return {@code count} places in {@code among}, ascending
     */
    int[] best(MaskGroup group, int[] among, int count);
}
