package io.tinyclip.compute;

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

    /** Activations of width D that autograd keeps in a layer: norms, projections, residual sums. */
    private static final int WIDE_ACTIVATIONS = 14;

    /** Activations of width M, and scores of size L, that autograd keeps in a layer. */
    private static final int INNER_ACTIVATIONS = 4;

    /** Activations of a convolution's size that autograd keeps: its output, the norm's and the activation's. */
    private static final int CONVOLUTION_ACTIVATIONS = 3;

    /** Copies of the vector that a graph keeps: the leaf and its form in the compute type. */
    private static final int VECTOR_COPIES = 2;

    /** Bytes that one held graph takes at most, by the sizes of what autograd keeps. */
    public static long bytes(Layout layout, int partitionSize) {
        long image = image(layout.shape());
        long text = tower(layout.shape().text(), layout.shape().text().contextLength());
        long vector = (long) VECTOR_COPIES * layout.size();
        return Float.BYTES * (vector + partitionSize * (image + text));
    }

    private static long image(ModelShape shape) {
        if (shape.image() instanceof ResNet resnet) {
            return resnet.convolutions().stream().mapToLong(Hold::convolution).sum();
        }
        return tower(shape.vision(), shape.vision().patches() + 1);
    }

    private static long convolution(Convolution convolution) {
        long side = convolution.side();
        return CONVOLUTION_ACTIVATIONS * side * side * convolution.outputs();
    }

    private static long tower(Tower tower, int tokens) {
        long floats = 0;
        for (LayerShape layer : tower.layers()) {
            long token = (long) WIDE_ACTIVATIONS * tower.width()
                    + (long) INNER_ACTIVATIONS * (layer.neurons() + layer.heads() * tokens);
            floats += token * tokens;
        }
        return floats;
    }
}
