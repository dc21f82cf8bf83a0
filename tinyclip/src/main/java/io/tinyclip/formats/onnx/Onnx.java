package io.tinyclip.formats.onnx;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** The messages of an ONNX file. Numbers of fields and types are those of {@code onnx.proto}. */
final class Onnx {
    /** Of the format itself: what came with ONNX 1.12, as the operator set did. */
    private static final int IR_VERSION = 8;
    /** The first with LayerNormalization. */
    static final int OPSET = 17;

    private static final int MODEL_IR_VERSION = 1;
    private static final int MODEL_PRODUCER_NAME = 2;
    private static final int MODEL_PRODUCER_VERSION = 3;
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_OPSET_IMPORT = 8;
    private static final int MODEL_METADATA = 14;
    private static final int OPSET_VERSION = 2;
    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;

    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_NAME = 2;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;

    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_NAME = 3;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;

    private static final int ATTRIBUTE_NAME = 1;
    private static final int ATTRIBUTE_FLOAT = 2;
    private static final int ATTRIBUTE_INT = 3;
    private static final int ATTRIBUTE_TENSOR = 5;
    private static final int ATTRIBUTE_INTS = 8;
    private static final int ATTRIBUTE_TYPE = 20;

    private static final int TYPE_FLOAT = 1;
    private static final int TYPE_INT = 2;
    private static final int TYPE_TENSOR = 4;
    private static final int TYPE_INTS = 7;

    private static final int TENSOR_DIMENSIONS = 1;
    private static final int TENSOR_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW_DATA = 9;

    private static final int VALUE_NAME = 1;
    private static final int VALUE_TYPE = 2;
    private static final int TYPE_OF_TENSOR = 1;
    private static final int TENSOR_TYPE_ELEMENT = 1;
    private static final int TENSOR_TYPE_SHAPE = 2;
    private static final int SHAPE_DIMENSION = 1;
    private static final int DIMENSION_VALUE = 1;
    private static final int DIMENSION_NAME = 2;

    private Onnx() {}

    /** The types of elements that a CLIP model has. */
    enum Element {
        FLOAT(1),
        INT8(3),
        INT32(6),
        INT64(7),
        FLOAT16(10);

        private final int number;

        Element(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** An operator's setting, known when the model is made. */
    record Attribute(Message message) {
        private static Attribute of(String name, int type, Message value) {
            return new Attribute(value.text(ATTRIBUTE_NAME, name).number(ATTRIBUTE_TYPE, type));
        }

        static Attribute number(String name, long value) {
            return of(name, TYPE_INT, new Message().number(ATTRIBUTE_INT, value));
        }

        static Attribute number(String name, float value) {
            return of(name, TYPE_FLOAT, new Message().number(ATTRIBUTE_FLOAT, value));
        }

        static Attribute numbers(String name, long... values) {
            Message message = new Message();
            for (long value : values) {
                message.number(ATTRIBUTE_INTS, value);
            }
            return of(name, TYPE_INTS, message);
        }

        static Attribute tensor(String name, Message tensor) {
            return of(name, TYPE_TENSOR, new Message().message(ATTRIBUTE_TENSOR, tensor));
        }
    }

    /** The parts of a graph, each in its order. */
    record Graph(
            String name, List<Message> inputs, List<Message> initializers, List<Message> nodes, List<Message> outputs) {
        private Message message() {
            Message graph = new Message().text(GRAPH_NAME, name);
            inputs.forEach(input -> graph.message(GRAPH_INPUT, input));
            nodes.forEach(node -> graph.message(GRAPH_NODE, node));
            outputs.forEach(output -> graph.message(GRAPH_OUTPUT, output));
            initializers.forEach(tensor -> graph.message(GRAPH_INITIALIZER, tensor));
            return graph;
        }
    }

    /** A whole file. */
    static Message model(Graph graph, String producer, String version, Map<String, String> metadata) {
        Message model = new Message()
                .number(MODEL_IR_VERSION, IR_VERSION)
                .text(MODEL_PRODUCER_NAME, producer)
                .text(MODEL_PRODUCER_VERSION, version)
                .message(MODEL_OPSET_IMPORT, new Message().number(OPSET_VERSION, OPSET));
        metadata.forEach((key, value) ->
                model.message(MODEL_METADATA, new Message().text(ENTRY_KEY, key).text(ENTRY_VALUE, value)));
        return model.message(MODEL_GRAPH, graph.message());
    }

    /** An operator's use; it is named after its first output. */
    static Message node(String operator, List<Attribute> attributes, List<String> inputs, List<String> outputs) {
        Message node = new Message().text(NODE_NAME, outputs.get(0)).text(NODE_OPERATOR, operator);
        inputs.forEach(input -> node.text(NODE_INPUT, input));
        outputs.forEach(output -> node.text(NODE_OUTPUT, output));
        attributes.forEach(attribute -> node.message(NODE_ATTRIBUTE, attribute.message()));
        return node;
    }

    /** @param data elements row-major, little endian */
    static Message tensor(String name, Element element, List<Integer> dimensions, ByteBuffer data) {
        Message tensor = new Message();
        dimensions.forEach(size -> tensor.number(TENSOR_DIMENSIONS, size));
        return tensor.number(TENSOR_TYPE, element.number)
                .text(TENSOR_NAME, name)
                .bytes(TENSOR_RAW_DATA, data);
    }

    /** A size that is known when the model is made. */
    static Message size(int value) {
        return new Message().number(DIMENSION_VALUE, value);
    }

    /** A size that is known when the model is run. */
    static Message size(String name) {
        return new Message().text(DIMENSION_NAME, name);
    }

    /** An input or output of a graph. */
    static Message value(String name, Element element, List<Message> sizes) {
        Message shape = new Message();
        sizes.forEach(size -> shape.message(SHAPE_DIMENSION, size));
        Message tensor =
                new Message().number(TENSOR_TYPE_ELEMENT, element.number).message(TENSOR_TYPE_SHAPE, shape);
        return new Message().text(VALUE_NAME, name).message(VALUE_TYPE, new Message().message(TYPE_OF_TENSOR, tensor));
    }
}
