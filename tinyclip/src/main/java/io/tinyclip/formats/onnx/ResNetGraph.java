package io.tinyclip.formats.onnx;

import io.tinyclip.files.Model;
import io.tinyclip.formats.onnx.Onnx.Attribute;
import io.tinyclip.model.Convolution;
import io.tinyclip.model.ResNet;
import java.util.Iterator;
import java.util.List;

/**
 * The graph of an image tower that is a residual network, whose batch norms use the running statistics.
 *
 * <p>Legend: N batch, C channels of the last stage, G its positions a side, L = G * G + 1, H heads, K head width, E
 * embedding.
 */
final class ResNetGraph {
    private static final float NORM_EPSILON = 1e-5f;
    private static final int POOL = 2;

    private final GraphBuilder graph;
    private final ResNet shape;
    private final Iterator<Convolution> convolutions;

    private ResNetGraph(GraphBuilder graph, ResNet shape) {
        this.graph = graph;
        this.shape = shape;
        this.convolutions = shape.convolutions().iterator();
    }

    /** {@code pixels} (N, 3, S, S) to {@code image_embeddings} (N, E). */
    static Onnx.Graph image(Model model, ResNet shape, OnnxWeights weights) {
        GraphBuilder graph = new GraphBuilder(model, weights);
        ResNetGraph tower = new ResNetGraph(graph, shape);
        String x = tower.stages(tower.stem(graph.pixels(shape.imageSize()))); // (N, C, G, G)
        graph.unitOutput(
                OnnxExport.IMAGE_EMBEDDINGS,
                tower.attentionPool(x),
                model.shape().embedding());
        return graph.build("image_encoder");
    }

    private String stem(String pixels) {
        String x = active(convolve(pixels, 2));
        x = active(convolve(x, 1));
        return halve(active(convolve(x, 1)));
    }

    private String stages(String stem) {
        String x = stem;
        for (int stage = 0; stage < shape.blocks().size(); stage++) {
            for (int block = 0; block < shape.blocks().get(stage); block++) {
                x = bottleneck(x, block == 0, block == 0 && stage > 0);
            }
        }
        return x;
    }

    /**
     * @param convolves whether the shortcut has a convolution
     * @param halves whether the sides are halved
     */
    private String bottleneck(String x, boolean convolves, boolean halves) {
        String y = active(convolve(x, 1));
        y = active(convolve(y, 1));
        y = convolve(halves ? halve(y) : y, 1);
        String shortcut = halves ? halve(x) : x;
        shortcut = convolves ? convolve(shortcut, 1) : shortcut;
        return active(graph.node("Add", y, shortcut));
    }

    /** The next convolution and its norm. */
    private String convolve(String x, int stride) {
        Convolution next = convolutions.next();
        int padding = next.window() / 2;
        List<Attribute> attributes = List.of(
                Attribute.numbers("strides", stride, stride),
                Attribute.numbers("pads", padding, padding, padding, padding));
        String y = graph.node("Conv", attributes, x, graph.kernel(next.name() + ".weight"));
        return graph.node(
                "BatchNormalization",
                Attribute.number("epsilon", NORM_EPSILON),
                y,
                graph.weight(next.norm() + ".weight"),
                graph.weight(next.norm() + ".bias"),
                graph.weight(next.norm() + ".running_mean"),
                graph.weight(next.norm() + ".running_var"));
    }

    private String active(String x) {
        return graph.node("Relu", x);
    }

    private String halve(String x) {
        List<Attribute> attributes =
                List.of(Attribute.numbers("kernel_shape", POOL, POOL), Attribute.numbers("strides", POOL, POOL));
        return graph.node("AveragePool", attributes, x);
    }

    /** (N, C, G, G) to (N, E): what the mean position attends to. */
    private String attentionPool(String stages) {
        String name = shape.prefix() + "attnpool.";
        int positions = shape.grid() * shape.grid();
        String x = graph.node("Reshape", stages, graph.list(0, shape.features(), positions)); // (N, C, L - 1)
        x = graph.node("Transpose", Attribute.numbers("perm", 0, 2, 1), x); // (N, L - 1, C)
        x = graph.concat(1, graph.node("ReduceMean", Attribute.numbers("axes", 1), x), x); // (N, L, C)
        x = graph.node("Add", x, graph.weight(name + "positional_embedding"));
        String mean = graph.node("Gather", Attribute.number("axis", 1), x, graph.scalar(0L)); // (N, C)
        String all = flatten(x); // (N * L, C)

        String q = graph.linear(mean, name + "q_proj");
        q = graph.node("Mul", q, graph.scalar((float) (1 / StrictMath.sqrt(shape.headWidth()))));
        q = heads(q, 1, 0, 2, 1, 3); // (N, H, 1, K)
        String k = heads(graph.linear(all, name + "k_proj"), 1 + positions, 0, 2, 3, 1); // (N, H, K, L)
        String v = heads(graph.linear(all, name + "v_proj"), 1 + positions, 0, 2, 1, 3); // (N, H, L, K)
        String scores = graph.node("MatMul", q, k); // (N, H, 1, L)
        String y = graph.node("MatMul", graph.node("Softmax", Attribute.number("axis", 3), scores), v); // (N, H, 1, K)
        return graph.linear(flatten(y), name + "c_proj");
    }

    /** (N * length, C) to the axes N, length, H, K in the order that is asked for. */
    private String heads(String x, int length, long... order) {
        String split = graph.node("Reshape", x, graph.list(-1, length, shape.heads(), shape.headWidth()));
        return graph.node("Transpose", Attribute.numbers("perm", order), split);
    }

    private String flatten(String x) {
        return graph.node("Reshape", x, graph.list(-1, shape.features()));
    }
}
