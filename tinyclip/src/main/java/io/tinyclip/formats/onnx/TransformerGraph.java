package io.tinyclip.formats.onnx;

import io.tinyclip.files.Model;
import io.tinyclip.formats.onnx.Onnx.Attribute;
import io.tinyclip.formats.onnx.Onnx.Element;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.util.List;

/**
 * The graph of a tower that is a transformer, product by product that of the kernel which trains it.
 *
 * <p>Legend: N batch, L tokens, D width, H heads, K head width, M neurons, E embedding, S image size, G patches a side.
 * Tokens of all inputs lie under one another, (N * L, D), so that a product is one Gemm with a weight as the model has
 * it.
 */
final class TransformerGraph {
    private static final float NORM_EPSILON = 1e-5f;
    private static final float QUICK_GELU_SLOPE = 1.702f;

    private final GraphBuilder graph;
    private final Tower tower;
    private final Activation activation;
    /** (1) L, a constant or computed. */
    private final String length;
    /** (L, L) added to the scores; empty where every token sees all others. */
    private final List<String> causalMask;

    private TransformerGraph(GraphBuilder graph, Model model, Tower tower, String length) {
        this.graph = graph;
        this.tower = tower;
        this.activation = model.shape().activation();
        this.length = length;
        this.causalMask = tower instanceof TextTower ? List.of(causalMask()) : List.of();
    }

    /** {@code pixels} (N, 3, S, S) to {@code image_embeddings} (N, E). */
    static Onnx.Graph image(Model model, OnnxWeights weights) {
        VisionTransformer shape = model.shape().vision();
        GraphBuilder graph = new GraphBuilder(model, weights);
        String pixels = graph.pixels(shape.imageSize());
        TransformerGraph tower = new TransformerGraph(graph, model, shape, graph.list(1 + shape.patches()));
        String x = tower.norm(tower.patches(pixels, shape), "visual.ln_pre");
        x = tower.unflatten(tower.layers(x)); // (N, L, D)
        x = graph.node("Gather", Attribute.number("axis", 1), x, graph.scalar(0L)); // (N, D)
        x = graph.product(tower.norm(x, "visual.ln_post"), "visual.proj"); // (N, E)
        graph.unitOutput(OnnxExport.IMAGE_EMBEDDINGS, x, model.shape().embedding());
        return graph.build("image_encoder");
    }

    /** {@code tokens} (N, L), at most a context long, to {@code text_embeddings} (N, E). */
    static Onnx.Graph text(Model model, OnnxWeights weights) {
        GraphBuilder graph = new GraphBuilder(model, weights);
        String tokens = graph.input(
                OnnxExport.TOKENS, Element.INT64, Onnx.size(OnnxExport.BATCH), Onnx.size(OnnxExport.LENGTH));
        String length = graph.node("Shape", Attribute.number("start", 1), tokens); // (1)
        TransformerGraph tower =
                new TransformerGraph(graph, model, model.shape().text(), length);
        String x = tower.unflatten(tower.layers(tower.embedded(tokens))); // (N, L, D)
        // The end token is the last of the vocabulary, so the first end token is where the largest number is.
        String ends = graph.node("ArgMax", Attribute.number("axis", 1), tower.narrow(tokens)); // (N, 1)
        x = graph.node("GatherND", Attribute.number("batch_dims", 1), x, ends); // (N, D)
        x = graph.product(tower.norm(x, "ln_final"), "text_projection"); // (N, E)
        graph.unitOutput(OnnxExport.TEXT_EMBEDDINGS, x, model.shape().embedding());
        return graph.build("text_encoder");
    }

    /** (N, 3, S, S) to (N * L, D): class token and patches, each with its position. */
    private String patches(String pixels, VisionTransformer shape) {
        Attribute strides = Attribute.numbers("strides", shape.patchSize(), shape.patchSize());
        String x = graph.node("Conv", strides, pixels, graph.kernel("visual.conv1.weight")); // (N, D, G, G)
        x = graph.node("Reshape", x, graph.list(0, tower.width(), shape.patches())); // (N, D, L - 1)
        x = graph.node("Transpose", Attribute.numbers("perm", 0, 2, 1), x); // (N, L - 1, D)
        String batch = graph.node("Shape", List.of(Attribute.number("start", 0), Attribute.number("end", 1)), pixels);
        String classes = graph.concat(0, batch, graph.list(1, tower.width()));
        classes = graph.node("Expand", graph.weight("visual.class_embedding"), classes); // (N, 1, D)
        x = graph.node("Add", graph.concat(1, classes, x), graph.weight("visual.positional_embedding")); // (N, L, D)
        return flatten(x, tower.width());
    }

    /** (N, L) to (N * L, D): tokens, each with its position. */
    private String embedded(String tokens) {
        String positions = graph.node(
                "Slice", graph.weight("positional_embedding"), graph.list(0), length, graph.list(0)); // (L, D)
        String x = graph.rows(TokenRows.TABLE, tokens); // (N, L, D), or (N, L, r) of a product
        if (tower instanceof TextTower text && text.tokenRank() > 0) {
            x = graph.node("MatMul", x, graph.columns(TokenRows.BASIS)); // (N, L, D)
        }
        return flatten(graph.node("Add", x, positions), tower.width());
    }

    /** ONNX Runtime looks for the largest of int32, not of int64. */
    private String narrow(String tokens) {
        return graph.node("Cast", Attribute.number("to", Element.INT32.number()), tokens);
    }

    private String causalMask() {
        Message infinity = Onnx.tensor(
                "",
                Element.FLOAT,
                List.of(1),
                GraphBuilder.littleEndian(Float.BYTES)
                        .putFloat(Float.NEGATIVE_INFINITY)
                        .flip());
        String full =
                graph.node("ConstantOfShape", Attribute.tensor("value", infinity), graph.concat(0, length, length));
        return graph.node("Trilu", full, graph.scalar(1L));
    }

    private String layers(String stream) {
        String x = stream;
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            String name = tower.prefix() + "transformer.resblocks." + i + ".";
            String attention = layer.heads() > 0
                    ? attention(norm(x, name + "ln_1"), name + "attn.", layer.heads())
                    : graph.weight(name + "attn.out_proj.bias");
            x = graph.node("Add", x, attention);
            String feedForward = layer.neurons() > 0
                    ? feedForward(norm(x, name + "ln_2"), name + "mlp.")
                    : graph.weight(name + "mlp.c_proj.bias");
            x = graph.node("Add", x, feedForward);
        }
        return x;
    }

    private String attention(String x, String name, int heads) {
        int headWidth = tower.headWidth();
        String qkv = graph.linear(x, name + "in_proj_weight", name + "in_proj_bias"); // (N * L, 3 * H * K)
        List<String> parts = graph.node("Split", List.of(Attribute.number("axis", 1)), 3, qkv); // each (N * L, H * K)
        String split = graph.concat(0, graph.list(-1), length, graph.list(heads, headWidth));
        String scale = graph.scalar((float) (1 / StrictMath.sqrt(headWidth)));
        String q = heads(graph.node("Mul", parts.get(0), scale), split, 0, 2, 1, 3); // (N, H, L, K)
        String k = heads(parts.get(1), split, 0, 2, 3, 1); // (N, H, K, L)
        String v = heads(parts.get(2), split, 0, 2, 1, 3); // (N, H, L, K)
        String scores = graph.node("MatMul", q, k); // (N, H, L, L)
        for (String mask : causalMask) {
            scores = graph.node("Add", scores, mask);
        }
        String y = graph.node("MatMul", graph.node("Softmax", Attribute.number("axis", 3), scores), v); // (N, H, L, K)
        y = graph.node("Transpose", Attribute.numbers("perm", 0, 2, 1, 3), y); // (N, L, H, K)
        return graph.linear(flatten(y, heads * headWidth), name + "out_proj"); // (N * L, D)
    }

    /** (N * L, H * K) to the axes N, L, H, K in the order that is asked for. */
    private String heads(String x, String split, long... order) {
        return graph.node("Transpose", Attribute.numbers("perm", order), graph.node("Reshape", x, split));
    }

    private String feedForward(String x, String name) {
        String y = graph.linear(x, name + "c_fc"); // (N * L, M)
        y = activation == Activation.QUICK_GELU ? quickGelu(y) : gelu(y);
        return graph.linear(y, name + "c_proj"); // (N * L, D)
    }

    private String quickGelu(String x) {
        return graph.node("Mul", x, graph.node("Sigmoid", graph.node("Mul", x, graph.scalar(QUICK_GELU_SLOPE))));
    }

    /** x (1 + erf(x / sqrt 2)) / 2; an operator of its own came with a later set. */
    private String gelu(String x) {
        String erf = graph.node("Erf", graph.node("Div", x, graph.scalar((float) StrictMath.sqrt(2))));
        String twice = graph.node("Mul", x, graph.node("Add", erf, graph.scalar(1f)));
        return graph.node("Mul", twice, graph.scalar(0.5f));
    }

    private String norm(String x, String name) {
        Attribute epsilon = Attribute.number("epsilon", NORM_EPSILON);
        return graph.node(
                "LayerNormalization", epsilon, x, graph.weight(name + ".weight"), graph.weight(name + ".bias"));
    }

    private String flatten(String x, int width) {
        return graph.node("Reshape", x, graph.list(-1, width));
    }

    private String unflatten(String x) {
        return graph.node("Reshape", x, graph.concat(0, graph.list(-1), length, graph.list(tower.width())));
    }
}
