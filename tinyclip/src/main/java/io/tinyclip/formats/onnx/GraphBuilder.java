package io.tinyclip.formats.onnx;

import io.tinyclip.files.Model;
import io.tinyclip.formats.onnx.Onnx.Attribute;
import io.tinyclip.formats.onnx.Onnx.Element;
import io.tinyclip.model.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects a graph operator by operator. A value is known by its name, which every method that makes one returns. */
final class GraphBuilder {
    private static final int COLOURS = 3;
    private static final float SMALLEST_LENGTH = 1e-12f;

    private final Model model;
    private final List<Message> inputs = new ArrayList<>();
    private final List<Message> nodes = new ArrayList<>();
    private final List<Message> outputs = new ArrayList<>();
    /** Weights and constants by name, each once. */
    private final Map<String, Message> initializers = new LinkedHashMap<>();

    GraphBuilder(Model model) {
        this.model = model;
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
        return node("Gemm", Attribute.number("transB", 1), x, weight(weight), weight(bias));
    }

    /** A tensor of the model, under its own name. */
    String weight(String name) {
        Segment segment = model.layout().segment(name);
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
