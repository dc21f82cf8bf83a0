package io.tinyclip.mask;

/**
 * Parameters of a layer, biases included; those of its outputs stay whatever is left, so that nothing depends on whether
 * anything is.
 *
 * @param headWidth K
 */
record ParameterCost(int headWidth) implements LayerCost {
    @Override
    public double of(LayerSize size) {
        return Budget.layer(size.width(), headWidth, size.heads(), size.neurons());
    }

    @Override
    public double byWidth(LayerSize size) {
        return 4 * (double) headWidth * size.heads() + 2 * size.neurons() + 2;
    }

    @Override
    public double byHeads(LayerSize size) {
        return headWidth * (4 * size.width() + 3);
    }

    @Override
    public double byNeurons(LayerSize size) {
        return 2 * size.width() + 1;
    }

    @Override
    public double byAnyHead(LayerSize size) {
        return 0;
    }

    @Override
    public double byAnyNeuron(LayerSize size) {
        return 0;
    }

    /** As one sum, since the bits of the sums of parts would differ. */
    @Override
    public double byPaddedWidth(LayerSize size, int otherHeadWidth) {
        return 8 * size.width() + 2 * size.neurons() + 5;
    }
}
