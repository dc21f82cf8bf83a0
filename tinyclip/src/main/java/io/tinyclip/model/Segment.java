package io.tinyclip.model;

import java.util.List;

/**
 * One named tensor in the flat vector.
 *
 * @param name OpenCLIP's name of the tensor, or {@code mask.*}, {@code multiplier.*}
 * @param offset first float; a multiple of {@link Layout#ALIGNMENT}
 * @param shape row-major; empty for a scalar
 * @param group how the optimizer treats it
 */
public record Segment(String name, int offset, List<Integer> shape, Group group) {
    public Segment {
        shape = List.copyOf(shape);
    }

    /** Floats that hold values; the padding up to the next segment is not counted. */
    public int count() {
        int count = 1;
        for (int dimension : shape) {
            count = Math.multiplyExact(count, dimension);
        }
        return count;
    }

    /** One past the last value. */
    public int end() {
        return offset + count();
    }
}
