package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.AffinityKernel;
import io.tinyclip.loss.OneTile;
import io.tinyclip.model.Layout;
import java.util.stream.IntStream;

/** The loss of a whole batch through a masked student and back, by the kernels that train, in double. */
final class MaskedLoss implements AutoCloseable {
    private final TensorScope manager = Torch.newScope();
    private final Layout layout;
    private final Inputs inputs;
    private final Target target;
    private final ClipKernel student;
    private final AffinityKernel losses;

    /**
     * A batch; a float's values, so that no side of a comparison rounds them.
     *
     * @param pixels (B, 3, S, S)
     * @param tokens (B, L)
     * @param ends (B)
     */
    record Inputs(float[] pixels, long[] tokens, long[] ends) {
        int pairs() {
            return ends.length;
        }
    }

    /** What the student's embeddings are compared with. */
    sealed interface Target {
        /** A teacher's embeddings, (B, E) each. */
        record Affinity(double scale, float[] image, float[] text) implements Target {}

        /** Pairs of equal ids are each other's positives. */
        record Contrastive(double scale, long[] ids) implements Target {}
    }

    /** Embeddings (B, E), loss, and its gradient (P). */
    record Value(double[] image, double[] text, double loss, double[] gradient) {}

    MaskedLoss(Layout layout, Inputs inputs, Target target) {
        this.layout = layout;
        this.inputs = inputs;
        this.target = target;
        this.student = ClipKernel.compile(manager, layout, Precision.FP64);
        this.losses = AffinityKernel.compile(manager);
    }

    /**
     * The loss at a vector, masks drawn by the noise.
     *
     * @param vector (P)
     * @param noise (mask segment)
     */
    Value at(float[] vector, float[] noise) {
        try (TensorScope own = manager.newScope()) {
            ClipKernel.Batch batch = batch(own, vector, noise);
            ClipKernel.Embeddings out = student.student(batch);
            AffinityKernel.Result loss = loss(own, out);
            Tensor gradient = student.gradient(batch, loss.dImage(), loss.dText());
            return new Value(out.image().doubles(), out.text().doubles(), first(loss), gradient.doubles());
        }
    }

    /** As {@link #at}, the loss alone. */
    double lossAt(float[] vector, float[] noise) {
        try (TensorScope own = manager.newScope()) {
            return first(loss(own, student.student(batch(own, vector, noise))));
        }
    }

    private static double first(AffinityKernel.Result loss) {
        return loss.sums().doubles()[0];
    }

    private ClipKernel.Batch batch(TensorScope own, float[] vector, float[] noise) {
        int pairs = inputs.pairs();
        int size = layout.shape().vision().imageSize();
        return new ClipKernel.Batch(
                own.doubles(doubles(vector)),
                own.doubles(doubles(inputs.pixels), pairs, 3, size, size),
                own.longs(inputs.tokens, pairs, inputs.tokens.length / pairs),
                own.longs(inputs.ends),
                own.doubles(doubles(noise)));
    }

    private AffinityKernel.Result loss(TensorScope own, ClipKernel.Embeddings out) {
        return target instanceof Target.Affinity teacher
                ? affinity(own, out, teacher)
                : contrastive(out, (Target.Contrastive) target);
    }

    private AffinityKernel.Result affinity(TensorScope own, ClipKernel.Embeddings out, Target.Affinity teacher) {
        long[] shape = out.image().shape();
        Tensor[] all = {
            out.image(),
            out.text(),
            own.doubles(doubles(teacher.image), shape),
            own.doubles(doubles(teacher.text), shape)
        };
        return OneTile.affinity(losses, teacher.scale, all);
    }

    private AffinityKernel.Result contrastive(ClipKernel.Embeddings out, Target.Contrastive positives) {
        return OneTile.contrastive(losses, positives.scale, positives.ids, out.image(), out.text());
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
