package io.tinyclip.inherit;

import java.util.Arrays;

/**
 * Units of a layer that a cut keeps, as indices into the layer before it, ascending. The arrays are not to be changed.
 *
 * @param heads none where the attention half goes
 * @param neurons none where the feed-forward half goes
 */
public record LayerKept(int[] heads, int[] neurons) {
    public LayerKept {
        TowerKept.requireAscending("heads", heads);
        TowerKept.requireAscending("neurons", neurons);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerKept that
                && Arrays.equals(heads, that.heads)
                && Arrays.equals(neurons, that.neurons);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(heads) + Arrays.hashCode(neurons);
    }
}
