package io.tinyclip.engine.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import io.tinyclip.engine.Argument;
import io.tinyclip.engine.Script;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import java.util.ArrayList;
import java.util.List;

/** A block of DJL's. */
record DjlScript(PtSymbolBlock block) implements Script {
    @Override
    public List<Tensor> call(TensorScope scope, String method, Argument... arguments) {
        Torch.gradients(false);
        List<IValue> values = new ArrayList<>(arguments.length);
        try {
            for (Argument argument : arguments) {
                values.add(value(argument));
            }
            DjlScope holder = (DjlScope) scope;
            try (IValue result = IValueUtils.runMethod(block, method, values.toArray(IValue[]::new))) {
                return tensors(holder, result.toNDList(holder.manager()));
            }
        } finally {
            values.forEach(IValue::close);
        }
    }

    private static IValue value(Argument argument) {
        return argument instanceof Argument.Tensors list
                ? IValue.listFrom(list.all().stream().map(DjlTensor::of).toArray(PtNDArray[]::new))
                : IValue.from(DjlTensor.of((Tensor) argument));
    }

    @Override
    public List<Tensor> differentiate(TensorScope scope, String method, Tensor... arguments) {
        Torch.gradients(true);
        DjlScope holder = (DjlScope) scope;
        // The one way in that does not forbid graphs. An array's name says which method; its manager gets the results.
        // It lies on the host: to copy it to a GPU would wait for all that is under way there.
        try (PtNDManager host = holder.manager().newSubManager(Device.cpu());
                NDArray tag = host.create(0)) {
            tag.attach(holder.manager());
            tag.setName("module_method:" + method);
            NDList in = new NDList(tag);
            for (Tensor argument : arguments) {
                in.add(DjlTensor.of(argument));
            }
            return tensors(holder, IValueUtils.forward(block, in, true));
        }
    }

    private static List<Tensor> tensors(DjlScope holder, NDList arrays) {
        List<Tensor> tensors = new ArrayList<>(arrays.size());
        arrays.forEach(array -> tensors.add(holder.tensor(array)));
        return List.copyOf(tensors);
    }
}
