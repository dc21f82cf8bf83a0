package io.tinyclip.model;

import java.util.List;

/**
 * A causal text transformer, pooled at the end token.
 *
 * @param contextLength L, tokens of the longest text, start and end token included
 * @param vocabulary rows of the full token table
 * @param width D
 * @param headWidth K
 * @param layers heads and neurons, layer by layer
 */
public record TextTower(int contextLength, int vocabulary, int width, int headWidth, List<LayerShape> layers)
        implements Tower {
    public TextTower {
        layers = List.copyOf(layers);
    }

    @Override
    public String prefix() {
        return "";
    }
}
