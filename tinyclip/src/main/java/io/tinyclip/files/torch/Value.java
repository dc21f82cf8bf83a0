package io.tinyclip.files.torch;

import io.tinyclip.files.tensors.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a checkpoint's pickle can build. Containers may hold themselves, so no value is compared or hashed by content. */
sealed interface Value {
    /** What holds no value that anybody reads: None, bytes, numbers beyond 64 bits. */
    record Opaque() implements Value {}

    /** @param value a String, Long, Double or Boolean */
    record Plain(Object value) implements Value {}

    /** The name of a class or function out of {@link Globals}, as {@code module.name}. */
    record Global(String name) implements Value {}

    /** A list, tuple or set. */
    record Sequence(List<Value> items) implements Value {
        Sequence() {
            this(new ArrayList<>());
        }
    }

    /**
     * A dict, or the attributes of an object.
     *
     * @param kind the object's class, or what sort of dict
     * @param items by key: a String, Long, Double or Boolean, or an object of its own for any other key
     */
    record Mapping(String kind, Map<Object, Value> items) implements Value {
        Mapping(String kind) {
            this(kind, new LinkedHashMap<>());
        }

        void put(Value key, Value value) {
            items.put(key instanceof Plain plain ? plain.value() : new Object(), value);
        }
    }

    /**
     * Where values of tensors lie.
     *
     * @param count of elements
     */
    record Storage(DataType type, String key, long count) implements Value {}

    /** A view of a storage; offset and strides in elements, not yet checked against it. */
    record Tensor(Storage storage, long offset, long[] shape, long[] strides) implements Value {}
}
