package io.tinyclip.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Torch;
import io.tinyclip.resource.Resource;
import java.util.List;

/** The loss kernels; see {@code affinity.torchscript} for the formulas. B own pairs, N pairs of the global batch. */
public final class AffinityKernel {
    private final PtSymbolBlock block;

    private AffinityKernel(PtSymbolBlock block) {
        this.block = block;
    }

    public static AffinityKernel compile(NDManager manager) {
        return new AffinityKernel(
                ScriptArchive.compile(manager, Resource.text(AffinityKernel.class, "affinity.torchscript")));
    }

    /** A model's embeddings: of the own pairs (B, E), of all pairs (N, E). */
    public record Features(NDArray ownImage, NDArray ownText, NDArray allImage, NDArray allText) {}

    /** Log-sum-exps of some kinds K of rows and columns: (K, B) of the own pairs, (K, N) of all. */
    public record Sums(NDArray own, NDArray all) {}

    /** Who is whose positive: (B) and (N) identities, and how many positives each has. */
    public record Targets(NDArray own, NDArray all, NDArray ownCounts, NDArray allCounts) {}

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

    /**
     * The student's softmaxes over the global batch against the teacher's.
     *
     * @param sums of 4 kinds: rows and columns of the student, rows and columns of the teacher
     * @param scales (2) the student's and the teacher's
     */
    public Result affinity(Features student, Features teacher, Sums sums, NDArray scales) {
        return result(call(
                "affinity",
                student.ownImage,
                student.ownText,
                teacher.ownImage,
                teacher.ownText,
                student.allImage,
                student.allText,
                teacher.allImage,
                teacher.allText,
                sums.own,
                sums.all,
                scales));
    }

    /**
     * The student's softmaxes over the global batch against the positives.
     *
     * @param sums of 2 kinds: rows and columns of the student
     * @param scale 0-d
     */
    public Result contrastive(Features student, Targets targets, Sums sums, NDArray scale) {
        return result(call(
                "contrastive",
                student.ownImage,
                student.ownText,
                student.allImage,
                student.allText,
                targets.own,
                targets.all,
                targets.ownCounts,
                targets.allCounts,
                sums.own,
                sums.all,
                scale));
    }

    /** How far the student's embeddings are from the teacher's. */
    Result features(Features student, Features teacher) {
        return result(call(
                "features", student.ownImage, student.ownText, teacher.ownImage, teacher.ownText, student.allImage));
    }

    /**
     * The student's own embeddings among the teacher's of the global batch, against the positives.
     *
     * @param scale 0-d
     */
    Result interactive(Features student, Features teacher, Targets targets, NDArray scale) {
        return result(call(
                "interactive",
                student.ownImage,
                student.ownText,
                teacher.allImage,
                teacher.allText,
                targets.own,
                targets.all,
                targets.ownCounts,
                targets.allCounts,
                scale));
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
