package io.tinyclip.compute;

import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Convolution;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Tower;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;

/** Whether a partition's forward graph is kept until its backward, or computed again. The bits are the same. */
public enum Hold {
    /** Keep as many graphs as fit into the budget. */
    AUTO,
    /** Keep every graph. */
    ON,
    /** Keep none: twice the forward work, memory of those partitions that are computed at a time. */
    OFF;

    /** Activations of width D that autograd keeps in a layer: two norms in and out, queries, keys, values, what heads give. */
    private static final int WIDE_ACTIVATIONS = 9;

    /** Activations of width M: before and behind the activation function. */
    private static final int INNER_ACTIVATIONS = 2;

    /** Of each head's scores of size L: the softmax, and what masks make of it. */
    private static final int SCORES = 2;

    /** Floats of a convolution's outputs that autograd keeps: what its norm and its activation are given. */
    private static final int CONVOLUTION_ACTIVATIONS = 2;

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
        return vectors * Float.BYTES * layout.size() + pairs * activations(shape, tokens, precision, Long::sum);
    }

    /** Bytes of activations that a forward without a graph has at a time: those of one layer. */
    public static long forwardBytes(ModelShape shape, int pairs, Precision precision) {
        return pairs * activations(shape, shape.text().contextLength(), precision, Math::max);
    }

    /** Bytes of a pair's. @param layers puts those of all layers together */
    private static long activations(ModelShape shape, long tokens, Precision precision, LongBinaryOperator layers) {
        LongStream text = tower(shape.text(), tokens).map(count -> count * precision.bytes());
        LongStream image = shape.image() instanceof ResNet resnet
                ? resnet.convolutions().stream().mapToLong(it -> convolution(it, precision))
                : tower(shape.vision(), shape.vision().patches() + 1).map(count -> count * precision.bytes());
        return LongStream.concat(image, text).reduce(0, layers);
    }

    /** Norms are floats; a GPU keeps what a window looks at, once for each place that it looks from. */
    private static long convolution(Convolution convolution, Precision precision) {
        long places = (long) convolution.side() * convolution.side();
        return places
                * ((long) CONVOLUTION_ACTIVATIONS * Float.BYTES * convolution.outputs()
                        + precision.bytes() * convolution.fanIn());
    }

    /** Activations of each layer. */
    private static LongStream tower(Tower tower, long tokens) {
        return tower.layers().stream()
                .mapToLong(layer -> tokens
                        * ((long) WIDE_ACTIVATIONS * tower.width()
                                + (long) INNER_ACTIVATIONS * layer.neurons()
                                + (long) SCORES * layer.heads() * tokens));
    }
}
