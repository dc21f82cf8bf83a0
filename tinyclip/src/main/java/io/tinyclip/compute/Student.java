package io.tinyclip.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Buffers;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.model.Layout;
import java.nio.FloatBuffer;
import java.util.OptionalDouble;

/**
 * The installed vector and its kernel.
 *
 * @param manager of nothing else
 * @param weights (P,) on the device
 * @param logitScale s where it is learned
 */
record Student(Layout layout, ClipKernel kernel, NDManager manager, NDArray weights, OptionalDouble logitScale) {
    /** @param copies whether vectors are written on the host and copied to the device then */
    static Student of(NDManager own, ClipKernel kernel, boolean copies, Layout layout, FloatBuffer vector) {
        return new Student(layout, kernel, own, weights(own, copies, layout, vector), logitScale(layout, vector));
    }

    /** Overwrites the vector where Java can reach it; elsewhere the old one goes before the new one comes. */
    Student refilled(boolean copies, FloatBuffer vector) {
        if (copies) {
            weights.close();
            return of(manager, kernel, true, layout, vector);
        }
        OptionalDouble scale = logitScale(layout, vector);
        Buffers.view(weights).put(vector.duplicate());
        return new Student(layout, kernel, manager, weights, scale);
    }

    private static NDArray weights(NDManager own, boolean copies, Layout layout, FloatBuffer vector) {
        return Buffers.array(own, copies, new Shape(layout.size()), out -> out.put(vector.duplicate()));
    }

    private static OptionalDouble logitScale(Layout layout, FloatBuffer vector) {
        if (!layout.logitScaleLearned()) {
            return OptionalDouble.empty();
        }
        int at = vector.position() + layout.segment("logit_scale").offset();
        return OptionalDouble.of(StrictMath.exp(vector.get(at)));
    }
}
