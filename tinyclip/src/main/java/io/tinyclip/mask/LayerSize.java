package io.tinyclip.mask;

/**
 * How large a layer is, or how large masks are expected to leave it.
 *
 * @param width D, of the residual stream
 * @param heads H
 * @param neurons M
 * @param anyHead probability that a head is left
 * @param anyNeuron probability that a neuron is left
 */
record LayerSize(double width, double heads, double neurons, double anyHead, double anyNeuron) {
    /** Of a layer as it is. */
    static LayerSize of(int width, int heads, int neurons) {
        return new LayerSize(width, heads, neurons, heads > 0 ? 1 : 0, neurons > 0 ? 1 : 0);
    }

    /** Of a layer as formats with uniform layers hold it: as many heads as fit the width, and nothing is left out. */
    static LayerSize padded(double width, int headWidth, double neurons) {
        return new LayerSize(width, width / headWidth, neurons, 1, 1);
    }
}
