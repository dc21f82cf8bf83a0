package io.tinyclip.formats.onnx;

import io.tinyclip.files.Model;
import io.tinyclip.formats.onnx.Onnx.Attribute;
import io.tinyclip.formats.onnx.Onnx.Element;
import io.tinyclip.model.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects a graph operator by operator. A value is known by its name, which every method that makes one returns. */
final class GraphBuilder {
    private static final int COLOURS = 3;
    private static final float SMALLEST_LENGTH = 1e-12f;

    private final Model model;
    private final OnnxWeights weights;
    private final List<Message> inputs = new ArrayList<>();
    private final List<Message> nodes = new ArrayList<>();
    private final List<Message> outputs = new ArrayList<>();
    /** Weights and constants by name, each once. */
    private final Map<String, Message> initializers = new LinkedHashMap<>();
    /** Tensors that were cast, by their names. */
    private final Map<String, String> casts = new HashMap<>();

    GraphBuilder(Model model, OnnxWeights weights) {
        this.model = model;
        this.weights = weights;
    }

    String input(String name, Element element, Message... sizes) {
        inputs.add(Onnx.value(name, element, List.of(sizes)));
        return name;
    }

    /** Lets the graph give back the rows of x (N, E), each divided by its length. */
    void unitOutput(String name, String x, int channels) {
        String length = node("ReduceL2", Attribute.numbers("axes", 1), x); // (N, 1)
        length = node("Max", length, scalar(SMALLEST_LENGTH));
        nodes.add(Onnx.node("Div", List.of(), List.of(x, length), List.of(name)));
        outputs.add(Onnx.value(name, Element.FLOAT, List.of(Onnx.size(OnnxExport.BATCH), Onnx.size(channels))));
    }

    /** The input of an image tower: (N, 3, S, S). */
    String pixels(int imageSize) {
        Message side = Onnx.size(imageSize);
        return input(OnnxExport.PIXELS, Element.FLOAT, Onnx.size(OnnxExport.BATCH), Onnx.size(COLOURS), side, side);
    }

    String node(String operator, String... from) {
        return node(operator, List.of(), from);
    }

    String node(String operator, Attribute attribute, String... from) {
        return node(operator, List.of(attribute), from);
    }

    String node(String operator, List<Attribute> attributes, String... from) {
        return node(operator, attributes, 1, from).get(0);
    }

    /** An operator with several outputs. */
    List<String> node(String operator, List<Attribute> attributes, int results, String... from) {
        String name = operator + "_" + nodes.size();
        List<String> made = IntStream.range(0, results)
                .mapToObj(i -> results == 1 ? name : name + "_" + i)
                .toList();
        nodes.add(Onnx.node(operator, attributes, List.of(from), made));
        return made;
    }

    String concat(int axis, String... from) {
        return node("Concat", Attribute.number("axis", axis), from);
    }

    /** x (rows, inputs) to (rows, outputs) by the weight (outputs, inputs) and the bias of that name. */
    String linear(String x, String name) {
        return linear(x, name + ".weight", name + ".bias");
    }

    String linear(String x, String weight, String bias) {
        return weights == OnnxWeights.INT8
                ? node("Add", wholeProduct(x, weight), weight(bias))
                : node("Gemm", Attribute.number("transB", 1), x, weight(weight), weight(bias));
    }

    /** x (rows, inputs) to (rows, outputs) by the weight (inputs, outputs) of that name. */
    String product(String x, String name) {
        return weights == OnnxWeights.INT8 ? wholeProduct(x, name) : node("MatMul", x, weight(name));
    }

    /** The weight of a convolution. Whole numbers are turned into floats once, when the file is loaded. */
    String kernel(String name) {
        if (weights != OnnxWeights.INT8) {
            return weight(name);
        }
        Segment segment = model.layout().segment(name);
        RoundedWeights.Whole whole = RoundedWeights.whole(model, segment);
        String numbers = initializer(name, Element.INT8, segment.shape(), whole.numbers());
        String scales = floats(name + ".scales", List.of(segment.shape().get(0), 1, 1, 1), whole.scales());
        return node("Mul", toFloat(numbers), scales);
    }

    /** A matrix whose outputs are columns, as floats: whole numbers are turned into them once, when the file is loaded. */
    String columns(String name) {
        if (weights != OnnxWeights.INT8) {
            return weight(name);
        }
        Segment segment = model.layout().segment(name);
        RoundedWeights.Whole whole = RoundedWeights.whole(model, segment);
        String numbers = initializer(name, Element.INT8, segment.shape(), whole.numbers());
        String scales = floats(name + ".scales", List.of(1, segment.shape().get(1)), whole.scales());
        return node("Mul", toFloat(numbers), scales);
    }

    /** Rows of the table (rows, D) by their numbers. The table stays as it is stored. */
    String rows(String table, String numbers) {
        Segment segment = model.layout().segment(table);
        if (weights == OnnxWeights.FP32) {
            return node("Gather", weight(table), numbers);
        }
        if (weights == OnnxWeights.FP16) {
            String halves = initializer(table, Element.FLOAT16, segment.shape(), RoundedWeights.halves(model, segment));
            return toFloat(node("Gather", halves, numbers));
        }
        RoundedWeights.Whole whole = RoundedWeights.whole(model, segment);
        String bytes = initializer(table, Element.INT8, segment.shape(), whole.numbers());
        String scales = floats(table + ".scales", List.of(segment.shape().get(0), 1), whole.scales());
        return node("Mul", toFloat(node("Gather", bytes, numbers)), node("Gather", scales, numbers));
    }

    /**
     * A product in whole numbers: x is rounded to 8 bits by its largest and smallest number. Written as ONNX Runtime's own quantizer
     * writes it, so that runtimes make one operator of it.
     */
    private String wholeProduct(String x, String name) {
        Segment segment = model.layout().segment(name);
        RoundedWeights.Whole whole = RoundedWeights.whole(model, segment);
        int outputs = whole.scales().length;
        int inputs = segment.count() / outputs;
        boolean byRow = segment.shape().get(0) == outputs && !RoundedWeights.isByColumn(segment);
        ByteBuffer turned = RoundedWeights.bytes(segment.count());
        for (int i = 0; i < segment.count(); i++) {
            int at = byRow ? i % inputs * outputs + i / inputs : i;
            turned.put(at, whole.numbers().get(i));
        }
        String numbers = initializer(name, Element.INT8, List.of(inputs, outputs), turned);
        List<String> rounded = node("DynamicQuantizeLinear", List.of(), 3, x);
        String sums = node("MatMulInteger", rounded.get(0), numbers, rounded.get(2));
        String scale = node("Mul", rounded.get(1), floats(name + ".scales", List.of(outputs), whole.scales()));
        return node("Mul", toFloat(sums), scale);
    }

    private String toFloat(String x) {
        return node("Cast", Attribute.number("to", Element.FLOAT.number()), x);
    }

    private String floats(String name, List<Integer> dimensions, float[] values) {
        ByteBuffer data = littleEndian(values.length * Float.BYTES);
        for (float value : values) {
            data.putFloat(value);
        }
        return initializer(name, Element.FLOAT, dimensions, data.flip());
    }

    /** A tensor of the model as floats, under its own name where it is stored so. */
    String weight(String name) {
        Segment segment = model.layout().segment(name);
        if (weights == OnnxWeights.FP16) {
            return casts.computeIfAbsent(
                    name,
                    n -> toFloat(
                            initializer(n, Element.FLOAT16, segment.shape(), RoundedWeights.halves(model, segment))));
        }
        ByteBuffer floats =
                model.vector().bytes().position(segment.offset() * Float.BYTES).limit(segment.end() * Float.BYTES);
        return initializer(name, Element.FLOAT, segment.shape(), floats);
    }

    /** A constant of no dimensions. */
    String scalar(float value) {
        return initializer(
                "float_" + value,
                Element.FLOAT,
                List.of(),
                littleEndian(Float.BYTES).putFloat(value).flip());
    }

    /** A constant of no dimensions. */
    String scalar(long value) {
        return initializer(
                "int_" + value,
                Element.INT64,
                List.of(),
                littleEndian(Long.BYTES).putLong(value).flip());
    }

    /** A constant of one dimension: a shape, or places on an axis. */
    String list(long... values) {
        ByteBuffer data = littleEndian(values.length * Long.BYTES);
        for (long value : values) {
            data.putLong(value);
        }
        return initializer("ints_" + Arrays.toString(values), Element.INT64, List.of(values.length), data.flip());
    }

    Onnx.Graph build(String name) {
        return new Onnx.Graph(name, inputs, List.copyOf(initializers.values()), nodes, outputs);
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String initializer(String name, Element element, List<Integer> dimensions, ByteBuffer data) {
        initializers.computeIfAbsent(name, n -> Onnx.tensor(n, element, dimensions, data));
        return name;
    }
}
