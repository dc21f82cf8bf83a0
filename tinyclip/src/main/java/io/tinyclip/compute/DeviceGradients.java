package io.tinyclip.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import io.tinyclip.engine.Buffers;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Torch;
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
    private final NDManager manager;
    private final VectorPool pool;
    private final PtSymbolBlock rounding;

    /**
     * @param manager that outlives them
     * @param pool of vectors on the host that nobody reads any more
     */
    DeviceGradients(NDManager manager, VectorPool pool) {
        this.manager = manager;
        this.pool = pool;
        this.rounding = ScriptArchive.compile(manager, Resource.text(DeviceGradients.class, "rounding.torchscript"));
    }

    @Override
    public Gradient of(NDArray computed, Layout layout, float ofScale) {
        NDManager own = manager.newSubManager();
        computed.attach(own);
        Torch.gradients(false);
        if (layout.logitScaleLearned()) {
            int at = layout.segment("logit_scale").offset();
            try (NDArray scale = computed.get(at + ":" + (at + 1))) {
                scale.addi(ofScale);
            }
        }
        return new OnDevice(own, computed);
    }

    @Override
    public Gradient zeros(Layout layout) {
        NDManager own = manager.newSubManager();
        return new OnDevice(own, own.zeros(new Shape(layout.size())));
    }

    private final class OnDevice implements Gradient {
        private final NDManager own;
        private final NDArray values;
        private Optional<FloatVector> host = Optional.empty();

        /** @param own of nothing else */
        OnDevice(NDManager own, NDArray values) {
            this.own = own;
            this.values = values;
        }

        @Override
        public void round(Rounding to) {
            if (to != Rounding.FP32) {
                Torch.gradients(false);
                NDList in = new NDList(ScriptArchive.method(values, to.name().toLowerCase(Locale.ROOT)), values);
                IValueUtils.forward(rounding, in, false).close(); // what is closed is a second name of the same floats
                in.head().close();
            }
        }

        @Override
        public Gradient plus(Gradient right, Rounding to) {
            Torch.gradients(false);
            values.addi(((OnDevice) right).values);
            right.free();
            round(to);
            return this;
        }

        @Override
        public FloatVector onHost() {
            if (host.isEmpty()) {
                FloatVector copy = pool.take(Math.toIntExact(values.size()));
                Buffers.copy(values, copy.floats());
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
