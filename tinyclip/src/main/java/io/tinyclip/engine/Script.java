package io.tinyclip.engine;

import java.util.List;

/** Compiled TorchScript. Safe to call by several threads at once; each call prepares its thread. */
public interface Script {
    /**
     * Calls a method without autograd.
     *
     * @return the tensors that it returns, in the scope
     */
    List<Tensor> call(TensorScope scope, String method, Argument... arguments);

    /**
     * Calls a method with autograd on; graphs live as long as the tensors that hold them.
     *
     * @return the tensors that it returns, in the scope
     */
    List<Tensor> differentiate(TensorScope scope, String method, Tensor... arguments);
}
