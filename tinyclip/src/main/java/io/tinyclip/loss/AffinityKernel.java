package io.tinyclip.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Torch;
import java.util.List;

/** The loss kernels; see {@code affinity.torchscript} for the formulas. B own pairs, N pairs of the global batch. */
public final class AffinityKernel {
    private final PtSymbolBlock block;

    private AffinityKernel(PtSymbolBlock block) {
        this.block = block;
    }

    public static AffinityKernel compile(NDManager manager) {
        return new AffinityKernel(
                ScriptArchive.compile(manager, ScriptArchive.resource(AffinityKernel.class, "affinity.torchscript")));
    }

    /** Cotangents (B, E) each, and (3) loss, entropy, d logit scale. */
    public record Result(NDArray dImage, NDArray dText, NDArray sums) {
        /** This, or its product with the weight as new arrays beside it. */
        Result times(double weight) {
            return weight == 1 ? this : new Result(dImage.mul(weight), dText.mul(weight), sums.mul(weight));
        }

        /** The sum, as new arrays beside this. */
        Result plus(Result other) {
            return new Result(dImage.add(other.dImage), dText.add(other.dText), sums.add(other.sums));
        }
    }

    /**
     * @param own (B, E)
     * @param others (N, E)
     * @param scale 0-d
     * @return (B)
     */
    public NDArray logSumExp(NDArray own, NDArray others, NDArray scale) {
        return call("log_sum_exp", own, others, scale).head();
    }

    /** Arguments in the order of the kernel's {@code affinity}. */
    public Result affinity(NDArray... arguments) {
        return result(call("affinity", arguments));
    }

    /** Arguments in the order of the kernel's {@code contrastive}. */
    public Result contrastive(NDArray... arguments) {
        return result(call("contrastive", arguments));
    }

    /** Arguments in the order of the kernel's {@code features}. */
    Result features(NDArray... arguments) {
        return result(call("features", arguments));
    }

    /** Arguments in the order of the kernel's {@code interactive}. */
    Result interactive(NDArray... arguments) {
        return result(call("interactive", arguments));
    }

    private static Result result(NDList out) {
        return new Result(out.get(0), out.get(1), out.get(2));
    }

    private NDList call(String method, NDArray... arguments) {
        Torch.gradients(false);
        NDList in = new NDList(ScriptArchive.method(arguments[0], method));
        in.addAll(List.of(arguments));
        return IValueUtils.forward(block, in, false);
    }
}
