package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.VectorPool;
import io.tinyclip.step.Gradient;
import io.tinyclip.step.HostGradient;

/**
 * Of the processor's kernels: added up in plain Java.
 *
 * @param pool of vectors that nobody reads any more
 */
record HostGradients(VectorPool pool) implements Gradients {
    @Override
    public Gradient of(Tensor computed, Layout layout, float ofScale) {
        FloatVector floats = pool.take(layout.size());
        computed.read(floats.floats());
        computed.close();
        if (layout.logitScaleLearned()) {
            int at = layout.segment("logit_scale").offset();
            floats.floats().put(at, floats.get(at) + ofScale);
        }
        return new HostGradient(floats, pool::give);
    }

    /** {@inheritDoc} Of memory of its own, which is zero at first; such partitions are few. */
    @Override
    public Gradient zeros(Layout layout) {
        return new HostGradient(FloatVector.allocate(layout.size()), unused -> {});
    }
}
