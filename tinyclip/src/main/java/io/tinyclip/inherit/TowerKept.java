package io.tinyclip.inherit;

import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Tower;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Units of a tower that a cut keeps, as indices into the tower before it, ascending. The array is not to be changed.
 *
 * @param width channels of the residual stream
 */
public record TowerKept(int[] width, List<LayerKept> layers) {
    public TowerKept {
        requireAscending("width", width);
        layers = List.copyOf(layers);
    }

    /** What groups keep at their sizes; a list has one a layer. */
    static TowerKept of(CutGroup width, List<CutGroup> heads, List<CutGroup> neurons) {
        return new TowerKept(
                width.kept(),
                IntStream.range(0, heads.size())
                        .mapToObj(i -> new LayerKept(
                                heads.get(i).kept(), neurons.get(i).kept()))
                        .toList());
    }

    List<LayerShape> layersAfter() {
        return layers.stream()
                .map(layer -> new LayerShape(layer.heads().length, layer.neurons().length))
                .toList();
    }

    void requireFits(Tower before) {
        if (layers.size() != before.layers().size()) {
            throw new IllegalArgumentException("kept indices of [" + layers.size() + "] layers for a tower of ["
                    + before.layers().size() + "]");
        }
        requireBelow("width", width, before.width());
        for (int i = 0; i < layers.size(); i++) {
            requireBelow("heads", layers.get(i).heads(), before.layers().get(i).heads());
            requireBelow(
                    "neurons", layers.get(i).neurons(), before.layers().get(i).neurons());
        }
    }

    static void requireAscending(String what, int[] indices) {
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || (i > 0 && indices[i] <= indices[i - 1])) {
                throw new IllegalArgumentException(
                        "kept " + what + " [" + indices[i] + "] must be an index above the one before it");
            }
        }
    }

    static void requireBelow(String what, int[] indices, int bound) {
        if (indices.length > 0 && indices[indices.length - 1] >= bound) {
            throw new IllegalArgumentException(
                    "kept " + what + " [" + indices[indices.length - 1] + "] must be below [" + bound + "]");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TowerKept that && Arrays.equals(width, that.width) && layers.equals(that.layers);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(width) + layers.hashCode();
    }
}
