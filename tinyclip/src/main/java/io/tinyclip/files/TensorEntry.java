package io.tinyclip.files;

import io.tinyclip.files.tensors.DataType;
import java.util.List;

/**
 * What a safetensors header says about a tensor.
 *
 * @param shape row-major; empty for a scalar
 * @param begin first byte in the data section
 * @param end one past its last byte
 */
record TensorEntry(String name, DataType type, List<Long> shape, long begin, long end) {
    TensorEntry {
        shape = List.copyOf(shape);
    }

    long bytes() {
        return end - begin;
    }

    long count() {
        return bytes() / type.bytes();
    }
}
