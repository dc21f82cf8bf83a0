package io.tinyclip.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Buffers;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import java.util.OptionalDouble;

/**
 * The installed vector and its kernel.
 *
 * @param manager of nothing else
 * @param vector (P,) on the host
 * @param weights (P,) on the device; the vector's own memory where that is the processor
 * @param logitScale s where it is learned
 */
record Student(
        Layout layout,
        ClipKernel kernel,
        NDManager manager,
        FloatVector vector,
        NDArray weights,
        OptionalDouble logitScale) {
    static Student of(NDManager own, ClipKernel kernel, Layout layout, FloatVector vector) {
        NDArray weights = Buffers.alias(own, vector.bytes(), new Shape(layout.size()));
        return new Student(layout, kernel, own, vector, weights, logitScale(layout, vector));
    }

    /** @param copies whether the device has a copy, of which the old one goes before the new one comes */
    Student refilled(boolean copies, FloatVector next) {
        if (copies || next != vector) {
            weights.close();
            return of(manager, kernel, layout, next);
        }
        return new Student(layout, kernel, manager, vector, weights, logitScale(layout, vector));
    }

    private static OptionalDouble logitScale(Layout layout, FloatVector vector) {
        return layout.logitScaleLearned()
                ? OptionalDouble.of(
                        StrictMath.exp(vector.get(layout.segment("logit_scale").offset())))
                : OptionalDouble.empty();
    }
}
