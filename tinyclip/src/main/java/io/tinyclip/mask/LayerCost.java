package io.tinyclip.mask;

/**
 * What a layer costs in the unit of a budget, and the cost's partial derivatives by each part of its size. Masks are
 * independent, so the cost of expected sizes is the expected cost; of whole sizes it is exact up to 2^53.
 */
sealed interface LayerCost permits ParameterCost, ProductCost {
    double of(LayerSize size);

    double byWidth(LayerSize size);

    double byHeads(LayerSize size);

    double byNeurons(LayerSize size);

    double byAnyHead(LayerSize size);

    double byAnyNeuron(LayerSize size);

    /** By the width, where the heads are those that fit it. */
    default double byPaddedWidth(LayerSize size, int headWidth) {
        return byWidth(size) + byHeads(size) / headWidth;
    }
}
