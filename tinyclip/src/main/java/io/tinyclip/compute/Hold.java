package io.tinyclip.compute;

import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.Convolution;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Tower;

/** Whether a partition's forward graph is kept until its backward, or computed again. The bits are the same. */
public enum Hold {
    /** Keep as many graphs as fit into the budget. */
    AUTO,
    /** Keep every graph. */
    ON,
    /** Keep none: twice the forward work, memory of one partition. */
    OFF;

    /** Activations of width D that autograd keeps in a layer: two norms in and out, queries, keys, values, what heads give. */
    private static final int WIDE_ACTIVATIONS = 9;

    /** Activations of width M: before and behind the activation function, and within one that is a product. */
    private static final int INNER_ACTIVATIONS = 2;

    private static final int INNER_ACTIVATIONS_OF_PRODUCTS = 3;

    /** Of each head's scores of size L: the softmax, and what masks make of it. */
    private static final int SCORES = 2;

    /** Activations of a convolution's size that autograd keeps: its output, the norm's and the activation's. */
    private static final int CONVOLUTION_ACTIVATIONS = 3;

    /** Vectors of floats that a graph keeps: the leaf and its form in the compute type; with masks what these are multiplied with. */
    private static final int VECTOR_COPIES = 2;

    private static final int MASKED_VECTOR_COPIES = 5;

    /** Bytes that one held graph takes at most, where texts may fill the context. */
    public static long bytes(Layout layout, int pairs, Precision precision) {
        return bytes(layout, pairs, layout.shape().text().contextLength(), precision);
    }

    /**
     * Bytes that one held graph takes at most, by the sizes of what autograd keeps.
     *
     * @param pairs of a partition
     * @param tokens L of its texts
     */
    static long bytes(Layout layout, long pairs, long tokens, Precision precision) {
        ModelShape shape = layout.shape();
        long vectors = layout.masked() ? MASKED_VECTOR_COPIES : VECTOR_COPIES;
        long text = tower(shape, shape.text(), tokens);
        return vectors * Float.BYTES * layout.size() + precision.bytes() * pairs * (image(shape) + text);
    }

    private static long image(ModelShape shape) {
        if (shape.image() instanceof ResNet resnet) {
            return resnet.convolutions().stream().mapToLong(Hold::convolution).sum();
        }
        return tower(shape, shape.vision(), shape.vision().patches() + 1);
    }

    private static long convolution(Convolution convolution) {
        long side = convolution.side();
        return CONVOLUTION_ACTIVATIONS * side * side * convolution.outputs();
    }

    private static long tower(ModelShape shape, Tower tower, long tokens) {
        long inner = shape.activation() == Activation.QUICK_GELU ? INNER_ACTIVATIONS_OF_PRODUCTS : INNER_ACTIVATIONS;
        long floats = 0;
        for (LayerShape layer : tower.layers()) {
            floats += tokens
                    * ((long) WIDE_ACTIVATIONS * tower.width()
                            + inner * layer.neurons()
                            + SCORES * layer.heads() * tokens);
        }
        return floats;
    }
}
