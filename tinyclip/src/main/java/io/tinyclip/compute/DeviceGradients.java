package io.tinyclip.compute;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.VectorPool;
import io.tinyclip.resource.Resource;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Gradient;
import java.util.Locale;
import java.util.Optional;

/**
 * Of a device's kernels: added up there, and copied to the host once the worker has its sum. Additions of floats and roundings to
 * nearest have the same bits there as in Java.
 */
final class DeviceGradients implements Gradients {
    private final TensorScope home;
    private final VectorPool pool;
    private final Script sums;

    /**
     * @param home on the device; outlives them
     * @param pool of vectors on the host that nobody reads any more
     */
    DeviceGradients(TensorScope home, VectorPool pool) {
        this.home = home;
        this.pool = pool;
        this.sums = ScriptArchive.compile(home, Resource.text(DeviceGradients.class, "sums.torchscript"));
    }

    @Override
    public Gradient of(Tensor computed, Layout layout, float ofScale) {
        TensorScope own = home.newScope();
        Tensor values = computed.in(own);
        computed.close();
        if (layout.logitScaleLearned()) {
            int at = layout.segment("logit_scale").offset();
            try (TensorScope scope = own.newScope()) {
                sums.call(scope, "add", values.narrow(scope, 0, at, 1), scope.scalar(ofScale));
            }
        }
        return new OnDevice(own, values);
    }

    @Override
    public Gradient zeros(Layout layout) {
        TensorScope own = home.newScope();
        return new OnDevice(own, own.zeros(layout.size()));
    }

    private final class OnDevice implements Gradient {
        private final TensorScope own;
        private final Tensor values;
        private Optional<FloatVector> host = Optional.empty();

        /** @param own of nothing else */
        OnDevice(TensorScope own, Tensor values) {
            this.own = own;
            this.values = values;
        }

        @Override
        public void round(Rounding rounding) {
            if (rounding != Rounding.FP32) {
                call(rounding.name().toLowerCase(Locale.ROOT), values);
            }
        }

        @Override
        public Gradient plus(Gradient right, Rounding rounding) {
            call("add", values, ((OnDevice) right).values);
            right.free();
            round(rounding);
            return this;
        }

        /** Writes to its first argument, and returns it as a further tensor over the same memory. */
        private void call(String method, Tensor... arguments) {
            try (TensorScope scope = own.newScope()) {
                sums.call(scope, method, arguments);
            }
        }

        @Override
        public FloatVector onHost() {
            if (host.isEmpty()) {
                FloatVector copy = pool.take(Math.toIntExact(values.size()));
                try (TensorScope scope = home.newHostScope()) {
                    sums.call(scope, "copy", scope.over(copy.bytes(), copy.size()), values);
                }
                host = Optional.of(copy);
                own.close();
            }
            return host.get();
        }

        @Override
        public void free() {
            own.close();
            host.ifPresent(pool::give);
            host = Optional.empty();
        }
    }
}
