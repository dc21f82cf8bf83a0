package io.tinyclip.files.tensors;

import io.tinyclip.model.InvalidInputException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors of a file, whatever its format; data stays on disk until it is read. Every method that takes a name
 * throws {@link InvalidInputException} where the file has no such tensor.
 */
public interface TensorFile extends AutoCloseable {
    /** Names of the tensors in the file's order. */
    Set<String> names();

    /** Row-major shape; empty for a scalar. */
    List<Long> shape(String name);

    /** The type of the values; only F32, F16, BF16 and F64 can be read. */
    DataType type(String name);

    /** Whether the values can be read as floats. */
    default boolean isFloat(String name) {
        return type(name).isFloat();
    }

    /**
     * Puts a tensor's values, row-major, at the target's position and advances it. F16 and BF16 are widened exactly, F64
     * is rounded to nearest.
     *
     * @param target has room for all values of {@link #shape}
     * @throws InvalidInputException if it is no tensor of floats, or the file cannot be read
     */
    void read(String name, FloatBuffer target);

    /** Long, Double, Boolean and String that the file holds besides tensors, by name; most formats hold none. */
    default Map<String, Object> scalars() {
        return Map.of();
    }

    /** The file, for messages. */
    String where();

    /** What the file itself calls a tensor, for messages: the name, save where a view renames. */
    default String nameInFile(String name) {
        return name;
    }

    @Override
    void close();
}
