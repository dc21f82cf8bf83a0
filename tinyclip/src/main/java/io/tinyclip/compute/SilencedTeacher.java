package io.tinyclip.compute;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sampler;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.inherit.SilencedLoss;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.Divergence;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.TokenRows;
import io.tinyclip.step.LeftOut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The teacher's masked forward over the first pairs of the run's order. The whole teacher goes through it as well, with all
 * masks open, so that a unit that does nothing scores nothing. Only the tower with the silenced units is computed again:
 * the other is given one pair, which costs next to nothing. Each set is measured by itself, so neither the threads nor
 * the other sets change a bit.
 */
public final class SilencedTeacher implements SilencedLoss {
    private final Setup setup;
    private final TensorScope home;
    private final MaskIndex index;
    private final ClipKernel kernel;
    private final Tensor weights;
    private final BatchLoader loader;
    private final SideBySide threads;
    private final List<Measured> batches = new ArrayList<>();

    /**
     * What decides the measure.
     *
     * @param rows the token rows of the teacher's layout
     * @param logitScale s of the affinity loss
     * @param seed of the run
     * @param pairs in a batch, at most the data's
     * @param threads sets measured at a time
     */
    public record Setup(
            Teacher teacher,
            Dataset data,
            TokenRows rows,
            Preprocessing preprocessing,
            double logitScale,
            long seed,
            int pairs,
            int threads,
            ComputeDevice device) {}

    /** A batch, its first pair alone, and what the whole teacher makes of it. */
    private record Measured(
            BatchLoader.Arrays all, BatchLoader.Arrays one, float[] image, float[] text, Divergence divergence) {}

    public SilencedTeacher(Setup setup) {
        this.setup = setup;
        this.home = Torch.newScope(setup.device());
        Layout whole = setup.teacher().layout();
        Layout masked = Layout.of(whole.shape(), whole.tokenRows(), true, whole.logitScaleLearned());
        this.index = MaskIndex.of(masked);
        this.kernel = ClipKernel.compile(home, masked, Precision.FP32);
        boolean copies = setup.device().copies();
        this.weights = home.written(
                copies,
                out -> {
                    out.put(setup.teacher().vector().floats());
                    out.put(new float[masked.size() - whole.size()]);
                },
                masked.size());
        BatchLoader.Inputs inputs = new BatchLoader.Inputs(
                setup.rows(),
                setup.preprocessing(),
                whole.shape().text().contextLength(),
                PictureTensors.on(home, copies, setup.preprocessing()));
        Sampler sampler = new Sampler(setup.data(), setup.seed(), setup.pairs(), 1);
        this.loader = new BatchLoader(setup.data(), sampler, inputs, setup.pairs());
        this.threads = new SideBySide(setup.threads());
    }

    @Override
    public double[] measure(List<int[]> sets, int count, IntConsumer measured) {
        while (batches.size() < count) {
            batches.add(load(batches.size()));
        }
        List<Measured> used = List.copyOf(batches.subList(0, count));
        List<Double> losses = new ArrayList<>();
        threads.each(sets, set -> loss(set, used), loss -> {
            losses.add(loss);
            measured.accept(losses.size());
        });
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private Measured load(int number) {
        BatchLoader.Arrays all = loader.load(home, number, 0);
        if (all.isEmpty()) {
            throw new InvalidInputException(
                    "none of the [" + setup.pairs() + "] pairs on which units are measured has a"
                            + " picture that can be used, the first for the reason that it "
                            + all.leftOut().named().get(0).reason() + "; check tinyclip.data.train");
        }
        int pairs = setup.pairs() - all.empty().size();
        BatchLoader.Arrays one = new BatchLoader.Arrays(
                first(all.pixels()), first(all.tokens()), first(all.ends()), List.of(), LeftOut.NONE);
        try (TensorScope scope = home.newScope()) {
            Tensor open = masks(scope, new int[0]);
            ClipKernel.Embeddings images = encode(scope, all, one, open);
            ClipKernel.Embeddings texts = encode(scope, one, all, open);
            float[] image = images.image().floats();
            float[] text = texts.text().floats();
            return new Measured(all, one, image, text, new Divergence(setup.logitScale(), pairs, image, text));
        }
    }

    private double loss(int[] set, List<Measured> used) {
        boolean ofText = set[0] >= index.text().width().from();
        double sum = 0;
        for (Measured batch : used) {
            try (TensorScope scope = home.newScope()) {
                Tensor masks = masks(scope, set);
                sum += ofText
                        ? batch.divergence.of(
                                batch.image,
                                encode(scope, batch.one, batch.all, masks)
                                        .text()
                                        .floats())
                        : batch.divergence.of(
                                encode(scope, batch.all, batch.one, masks)
                                        .image()
                                        .floats(),
                                batch.text);
            }
        }
        return sum / used.size();
    }

    private Tensor first(Tensor batch) {
        return batch.narrow(home, 0, 0, 1);
    }

    private ClipKernel.Embeddings encode(
            TensorScope scope, BatchLoader.Arrays images, BatchLoader.Arrays texts, Tensor masks) {
        Tensor pixels = images.pixels().in(scope); // the results come beside it
        return kernel.encode(new ClipKernel.Batch(weights, pixels, texts.tokens(), texts.ends(), masks));
    }

    private Tensor masks(TensorScope scope, int[] silenced) {
        float[] masks = new float[index.size()];
        Arrays.fill(masks, 1);
        for (int mask : silenced) {
            masks[mask] = 0;
        }
        return scope.floats(masks);
    }

    @Override
    public void close() {
        threads.close();
        home.close();
    }
}
