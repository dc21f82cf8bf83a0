package io.tinyclip.mask;

import io.tinyclip.model.Tower;
import java.util.List;

/** The masks of one tower: its width, shared by all layers, and each layer's heads and neurons. */
public record TowerMasks(Tower tower, MaskGroup width, List<LayerMasks> layers) {
    public TowerMasks {
        layers = List.copyOf(layers);
    }
}
