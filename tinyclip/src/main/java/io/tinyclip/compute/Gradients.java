package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.model.Layout;
import io.tinyclip.step.Gradient;

/** Makes of what kernels return the gradients that a worker adds up. */
interface Gradients {
    /**
     * @param computed (P,) on the compute device; closed here
     * @param ofScale added to the place of the student's logit scale, where that is learned
     */
    Gradient of(Tensor computed, Layout layout, float ofScale);

    /** That of a partition without a pair. */
    Gradient zeros(Layout layout);
}
