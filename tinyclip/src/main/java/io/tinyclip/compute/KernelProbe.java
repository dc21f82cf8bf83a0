package io.tinyclip.compute;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.AffinityKernel;
import io.tinyclip.loss.GlobalBatch;
import io.tinyclip.loss.LossCompute;
import io.tinyclip.loss.Positives;
import io.tinyclip.loss.TileMemory;
import io.tinyclip.model.Activation;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Forward, backward and losses of small models through the kernels that training uses. What comes out is a function of
 * the precision and of how this process computes: engine, processor, device and the environment that steers them.
 *
 * <p>The sizes are chosen for the paths that they take: widths that fill vectors and such that do not, sums over 3,072
 * neurons that math libraries cut by the size of a cache, convolutions of few and of many channels.
 */
public final class KernelProbe {
    private static final long SEED = 0x6b65726e656cL;
    private static final int PAIRS = 16;
    private static final int EMBEDDING = 72;
    private static final int TOKENS = 13;
    private static final int VOCABULARY = 96;
    private static final double LOGIT_SCALE = 50;
    /** Values around their middle: of scales, biases and mask scores. */
    private static final double SPREAD = 0.2;

    private final TensorScope home;
    private final ComputeDevice device;
    private final Precision precision;
    private final Map<String, List<float[]>> answers = new LinkedHashMap<>();

    private KernelProbe(TensorScope home, ComputeDevice device, Precision precision) {
        this.home = home;
        this.device = device;
        this.precision = precision;
    }

    /** @return what each kernel gives, by name, in a fixed order; the same at each call */
    public static Map<String, List<float[]>> answers(ComputeDevice device, Precision precision) {
        try (TensorScope home = Torch.newScope(device)) {
            KernelProbe probe = new KernelProbe(home, device, precision);
            probe.ask();
            return probe.answers;
        }
    }

    private void ask() {
        Embedded plain = transformer("transformer", Activation.QUICK_GELU, false);
        Embedded masked = transformer("masked", Activation.GELU, true);
        model("residual", shape(new ResNet(64, 16, 32, List.of(1, 1, 1, 1)), Activation.GELU), false);
        losses(plain, masked);
    }

    private Embedded transformer(String name, Activation activation, boolean masked) {
        List<LayerShape> layers = List.of(new LayerShape(6, 3072), new LayerShape(5, 203));
        return model(name, shape(new VisionTransformer(32, 8, 192, 32, layers), activation), masked);
    }

    private static ModelShape shape(ImageTower image, Activation activation) {
        List<LayerShape> layers = List.of(new LayerShape(2, 512), new LayerShape(1, 100));
        return new ModelShape(EMBEDDING, activation, image, new TextTower(TOKENS, VOCABULARY, 128, 64, layers));
    }

    /** The gradient of a masked model is computed without a kept graph, so that both ways are asked for. */
    private Embedded model(String name, ModelShape shape, boolean masked) {
        try (TensorScope scope = home.newScope()) {
            Layout layout = Layout.of(shape, VOCABULARY, masked, false);
            ClipKernel kernel = ClipKernel.compile(scope, layout, precision);
            ClipKernel.Batch batch = batch(scope, layout);
            Tensor[] cotangents = cotangents(scope, shape);
            Embedded out;
            Tensor gradient;
            if (masked) {
                ClipKernel.Embeddings embeddings = kernel.student(batch);
                out = new Embedded(
                        embeddings.image().floats(), embeddings.text().floats());
                gradient = kernel.gradient(batch, cotangents);
            } else {
                ClipKernel.Held held = kernel.hold(batch);
                out = new Embedded(held.image().floats(), held.text().floats());
                gradient = kernel.pullback(held, cotangents);
            }
            answers.put(name + " forward", List.of(out.image(), out.text()));
            answers.put(name + " backward", List.of(gradient.floats()));
            return out;
        }
    }

    private static ClipKernel.Batch batch(TensorScope scope, Layout layout) {
        int side = layout.shape().image().imageSize();
        long[] tokens = new long[PAIRS * TOKENS];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = Counter.below(Counter.key(SEED, 1), i, VOCABULARY);
        }
        long[] ends = new long[PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            ends[i] = 1 + Counter.below(Counter.key(SEED, 2), i, TOKENS - 1);
        }
        return new ClipKernel.Batch(
                scope.floats(weights(layout)),
                scope.floats(uniform(3, PAIRS * 3 * side * side, 4), PAIRS, 3, side, side),
                scope.longs(tokens, PAIRS, TOKENS),
                scope.longs(ends),
                scope.floats(noise(layout.size() - layout.maskStart())));
    }

    private static Tensor[] cotangents(TensorScope scope, ModelShape shape) {
        Tensor image = scope.floats(uniform(4, PAIRS * EMBEDDING, 1), PAIRS, EMBEDDING);
        Tensor text = scope.floats(uniform(5, PAIRS * EMBEDDING, 1), PAIRS, EMBEDDING);
        return shape.image() instanceof ResNet
                ? new Tensor[] {image, text, scope.scalar(1f)}
                : new Tensor[] {image, text};
    }

    /** Matrices that keep the size of what they multiply, scales and variances around one, the others around zero. */
    private static float[] weights(Layout layout) {
        float[] vector = new float[layout.size()];
        for (Segment segment : layout.segments()) {
            boolean matrix = segment.shape().size() > 1;
            int columns = matrix ? segment.count() / segment.shape().get(0) : 1;
            double spread = matrix ? 1 / StrictMath.sqrt(columns) : SPREAD;
            boolean scale = !matrix && segment.name().matches(".*(weight|running_var)");
            long key = Counter.key(SEED, 6, segment.offset());
            for (int i = 0; i < segment.count(); i++) {
                vector[segment.offset() + i] = (float) ((scale ? 1 : 0) + spread * (2 * Counter.uniform(key, i) - 1));
            }
        }
        return vector;
    }

    /** Open at both ends, as the masks' logarithms ask. */
    private static float[] noise(int count) {
        float[] noise = uniform(7, count, 0.49);
        for (int i = 0; i < count; i++) {
            noise[i] += 0.5f;
        }
        return noise;
    }

    private static float[] uniform(int part, int count, double bound) {
        float[] values = new float[count];
        long key = Counter.key(SEED, part);
        for (int i = 0; i < count; i++) {
            values[i] = (float) (bound * (2 * Counter.uniform(key, i) - 1));
        }
        return values;
    }

    /** The affinity loss of two partitions with a teacher, and the contrastive one without. */
    private void losses(Embedded student, Embedded teacher) {
        PartitionFeatures one = new PartitionFeatures(student, List.of(teacher));
        PartitionFeatures two = new PartitionFeatures(
                new Embedded(teacher.image(), student.text()), List.of(new Embedded(student.image(), teacher.text())));
        answers.put("affinity", loss(LossPlan.AFFINITY, List.of(one, two), Positives.NONE));
        List<PartitionFeatures> untaught =
                List.of(new PartitionFeatures(student, List.of()), new PartitionFeatures(teacher, List.of()));
        long[] identities = new long[2 * PAIRS];
        for (int i = 0; i < identities.length; i++) {
            identities[i] = i / 2;
        }
        answers.put("contrastive", loss(LossPlan.CONTRASTIVE, untaught, Positives.of(identities)));
    }

    private List<float[]> loss(LossPlan plan, List<PartitionFeatures> features, Positives positives) {
        try (TensorScope scope = home.newScope()) {
            LossCompute loss = new LossCompute(
                    AffinityKernel.compile(scope),
                    plan,
                    PAIRS,
                    LOGIT_SCALE,
                    LossCompute.Tiling.of(device, TileMemory.ALL));
            GlobalBatch batch = new GlobalBatch(scope.newScope(), device.copies(), features, PAIRS, positives);
            List<float[]> sums = new ArrayList<>();
            for (int p = 0; p < features.size(); p++) {
                sums.add(loss.logSumExps(new LossCompute.Place(scope, batch, p, OptionalDouble.empty())));
            }
            AffinityKernel.Result result =
                    loss.loss(new LossCompute.Place(scope, batch, 0, OptionalDouble.empty()), sums);
            List<float[]> found = new ArrayList<>(sums);
            found.add(result.dImage().floats());
            found.add(result.dText().floats());
            found.add(result.sums().floats());
            return found;
        }
    }
}
