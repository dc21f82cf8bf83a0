package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import java.util.OptionalDouble;

/**
 * The installed vector and its kernel.
 *
 * @param scope of nothing else
 * @param vector (P,) on the host
 * @param weights (P,) on the device; the vector's own memory where that is the processor
 * @param logitScale s where it is learned
 */
record Student(
        Layout layout,
        ClipKernel kernel,
        TensorScope scope,
        FloatVector vector,
        Tensor weights,
        OptionalDouble logitScale) {
    static Student of(TensorScope own, ClipKernel kernel, Layout layout, FloatVector vector) {
        Tensor weights = own.over(vector.bytes(), layout.size());
        return new Student(layout, kernel, own, vector, weights, logitScale(layout, vector));
    }

    /** @param copies whether the device has a copy, of which the old one goes before the new one comes */
    Student refilled(boolean copies, FloatVector next) {
        if (copies || next != vector) {
            weights.close();
            return of(scope, kernel, layout, next);
        }
        return new Student(layout, kernel, scope, vector, weights, logitScale(layout, vector));
    }

    private static OptionalDouble logitScale(Layout layout, FloatVector vector) {
        return layout.logitScaleLearned()
                ? OptionalDouble.of(
                        StrictMath.exp(vector.get(layout.segment("logit_scale").offset())))
                : OptionalDouble.empty();
    }
}
