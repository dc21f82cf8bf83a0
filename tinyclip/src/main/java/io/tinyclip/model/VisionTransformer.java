package io.tinyclip.model;

import java.util.List;

/**
 * A vision transformer.
 *
 * @param imageSize pixels along a side of the (square) input
 * @param patchSize pixels along a side of a patch; divides {@code imageSize}
 * @param width D
 * @param headWidth K
 * @param layers heads and neurons, layer by layer
 */
public record VisionTransformer(int imageSize, int patchSize, int width, int headWidth, List<LayerShape> layers)
        implements ImageTower, Tower {
    public VisionTransformer {
        layers = List.copyOf(layers);
        if (patchSize <= 0 || imageSize % patchSize != 0) {
            throw new IllegalArgumentException(
                    "patchSize [" + patchSize + "] must divide imageSize [" + imageSize + "]");
        }
    }

    /** Patches of an image; the tower sees one token more, the class token. */
    public int patches() {
        int grid = imageSize / patchSize;
        return Math.multiplyExact(grid, grid);
    }

    @Override
    public String prefix() {
        return ImageTower.super.prefix();
    }
}
