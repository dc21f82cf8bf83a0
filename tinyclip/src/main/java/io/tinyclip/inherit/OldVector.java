package io.tinyclip.inherit;

import io.tinyclip.model.Layout;
import java.nio.FloatBuffer;

/** The vector before a transition, or as much of it as {@link Transition#source} names. */
@FunctionalInterface
public interface OldVector {
    /** The value at an index of the old {@link Layout}. */
    float at(int index);

    /** The floats of {@code slice}, the first of which lies at {@code start} of the old vector. */
    static OldVector slice(FloatBuffer slice, int start) {
        return index -> slice.get(index - start);
    }

    /** The same of an array. */
    static OldVector slice(float[] slice, int start) {
        return slice(FloatBuffer.wrap(slice), start);
    }
}
