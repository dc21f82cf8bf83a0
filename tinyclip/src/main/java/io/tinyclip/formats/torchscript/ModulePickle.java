package io.tinyclip.formats.torchscript;

import io.tinyclip.formats.torchscript.Attribute.Reals;
import io.tinyclip.formats.torchscript.Attribute.Tensor;
import io.tinyclip.formats.torchscript.Attribute.Text;
import io.tinyclip.formats.torchscript.Attribute.Truth;
import io.tinyclip.formats.torchscript.Attribute.Whole;
import io.tinyclip.model.Segment;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A tree of modules in Python's pickle format, protocol 2: each module an object whose state is a dict of its attributes.
 * A tensor names the storage that holds its values by a number, counted in the order of the tensors.
 */
final class ModulePickle {
    private static final int PROTOCOL = 0x80;
    private static final int VERSION = 2;
    private static final int GLOBAL = 'c';
    private static final int NEW_OBJECT = 0x81;
    private static final int REDUCE = 'R';
    private static final int PERSISTENT_ID = 'Q';
    private static final int BUILD = 'b';
    private static final int EMPTY_DICT = '}';
    private static final int SET_ITEMS = 'u';
    private static final int EMPTY_TUPLE = ')';
    private static final int MARK = '(';
    private static final int TUPLE = 't';
    private static final int TRUE = 0x88;
    private static final int FALSE = 0x89;
    private static final int INT = 'J';
    private static final int FLOAT = 'G';
    private static final int TEXT = 'X';
    private static final int STOP = '.';

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final List<Segment> storages = new ArrayList<>();

    /** Pickles a tree. */
    ModulePickle(ScriptModule root) {
        try {
            out.write(PROTOCOL);
            out.write(VERSION);
            put(root);
            out.write(STOP);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** The tensors, each at the place of the number that the pickle has for its storage. */
    List<Segment> storages() {
        return Collections.unmodifiableList(storages);
    }

    private void put(Attribute attribute) throws IOException {
        if (attribute instanceof ScriptModule module) {
            object(module);
        } else if (attribute instanceof Tensor tensor) {
            tensor(tensor.segment());
        } else if (attribute instanceof Whole whole) {
            whole(whole.value());
        } else if (attribute instanceof Truth truth) {
            out.write(truth.value() ? TRUE : FALSE);
        } else if (attribute instanceof Text text) {
            text(text.value());
        } else if (attribute instanceof Reals reals) {
            out.write(MARK);
            for (double value : reals.values()) {
                out.write(FLOAT);
                out.writeDouble(value);
            }
            out.write(TUPLE);
        }
    }

    private void object(ScriptModule module) throws IOException {
        global("__torch__", module.type());
        out.write(EMPTY_TUPLE);
        out.write(NEW_OBJECT);
        out.write(EMPTY_DICT);
        out.write(MARK);
        for (Map.Entry<String, Attribute> entry : module.attributes().entrySet()) {
            text(entry.getKey());
            put(entry.getValue());
        }
        out.write(SET_ITEMS);
        out.write(BUILD);
    }

    /** {@code _rebuild_tensor_v2(storage, offset, shape, strides, requires gradient, hooks)}. */
    private void tensor(Segment segment) throws IOException {
        global("torch._utils", "_rebuild_tensor_v2");
        out.write(MARK);
        storage(segment);
        whole(0);
        wholes(segment.shape());
        wholes(strides(segment.shape()));
        out.write(FALSE);
        global("collections", "OrderedDict");
        out.write(EMPTY_TUPLE);
        out.write(REDUCE);
        out.write(TUPLE);
        out.write(REDUCE);
    }

    private void storage(Segment segment) throws IOException {
        out.write(MARK);
        text("storage");
        global("torch", "FloatStorage");
        text(Integer.toString(storages.size()));
        text("cpu");
        whole(segment.count());
        out.write(TUPLE);
        out.write(PERSISTENT_ID);
        storages.add(segment);
    }

    private static List<Integer> strides(List<Integer> shape) {
        List<Integer> strides = new ArrayList<>();
        int stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            strides.add(0, stride);
            stride *= shape.get(i);
        }
        return strides;
    }

    private void wholes(List<Integer> values) throws IOException {
        out.write(MARK);
        for (int value : values) {
            whole(value);
        }
        out.write(TUPLE);
    }

    /** The only numbers that pickle has in little-endian order. */
    private void whole(int value) throws IOException {
        out.write(INT);
        out.writeInt(Integer.reverseBytes(value));
    }

    private void text(String value) throws IOException {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.write(TEXT);
        out.writeInt(Integer.reverseBytes(utf8.length));
        out.write(utf8);
    }

    private void global(String module, String name) throws IOException {
        out.write(GLOBAL);
        out.write((module + '\n' + name + '\n').getBytes(StandardCharsets.UTF_8));
    }
}
