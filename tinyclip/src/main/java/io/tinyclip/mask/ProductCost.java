package io.tinyclip.mask;

import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import java.util.function.DoubleUnaryOperator;

/**
 * A layer whose cost is a sum of products of its sizes D, H and M. All factors are whole numbers and 0 or more.
 *
 * @param anyHead times D, if any head is left
 * @param head times H
 * @param headChannel times H D
 * @param anyNeuron times D, if any neuron is left
 * @param neuron times M
 * @param neuronChannel times M D
 */
record ProductCost(
        double anyHead, double head, double headChannel, double anyNeuron, double neuron, double neuronChannel)
        implements LayerCost {
    /** Queries, keys, values and the output. */
    private static final int ATTENTION_PRODUCTS = 4;

    private static final int FEED_FORWARD_PRODUCTS = 2;
    /** Queries with keys, and the weights with values. */
    private static final int TOKEN_PRODUCTS = 2;

    /** Multiply-accumulates of a layer over so many tokens, as {@link io.tinyclip.model.Counts} has them. */
    static ProductCost macs(double tokens, double headWidth) {
        return new ProductCost(
                0,
                tokens * tokens * TOKEN_PRODUCTS * headWidth,
                tokens * ATTENTION_PRODUCTS * headWidth,
                0,
                0,
                tokens * FEED_FORWARD_PRODUCTS);
    }

    /** @param ticks whole ticks of a number of seconds */
    static ProductCost of(LayerSeconds seconds, DoubleUnaryOperator ticks) {
        return new ProductCost(
                ticks.applyAsDouble(seconds.anyHead()),
                ticks.applyAsDouble(seconds.head()),
                ticks.applyAsDouble(seconds.headChannel()),
                ticks.applyAsDouble(seconds.anyNeuron()),
                ticks.applyAsDouble(seconds.neuron()),
                ticks.applyAsDouble(seconds.neuronChannel()));
    }

    @Override
    public double of(LayerSize size) {
        double attention = anyHead * size.anyHead() * size.width() + size.heads() * byHeads(size);
        double feedForward = anyNeuron * size.anyNeuron() * size.width() + size.neurons() * byNeurons(size);
        return attention + feedForward;
    }

    @Override
    public double byWidth(LayerSize size) {
        return anyHead * size.anyHead()
                + headChannel * size.heads()
                + anyNeuron * size.anyNeuron()
                + neuronChannel * size.neurons();
    }

    @Override
    public double byHeads(LayerSize size) {
        return head + headChannel * size.width();
    }

    @Override
    public double byNeurons(LayerSize size) {
        return neuron + neuronChannel * size.width();
    }

    @Override
    public double byAnyHead(LayerSize size) {
        return anyHead * size.width();
    }

    @Override
    public double byAnyNeuron(LayerSize size) {
        return anyNeuron * size.width();
    }
}
