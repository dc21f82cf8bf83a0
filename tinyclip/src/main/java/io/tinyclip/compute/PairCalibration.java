package io.tinyclip.compute;

import io.tinyclip.calibrate.Calibration;
import io.tinyclip.calibrate.Half;
import io.tinyclip.calibrate.Norm;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sampler;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.InputKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.TokenRows;
import io.tinyclip.squares.Moments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A student's forward over the first pairs of the run's order, in fp32. A batch is computed by itself, and batches are added in
 * order, so that threads change no bit.
 */
public final class PairCalibration implements Calibration {
    /** Pairs of a batch. */
    public static final int PAIRS = 64;

    /** One batch in so many tells distances, which need fewer than moments do. */
    private static final int MEASURED = 4;

    private final Setup setup;
    private final TensorScope home;
    private final ClipKernel kernel;
    private final InputKernel maps;
    private final InputKernel norms;
    private final SideBySide threads;
    private final List<BatchLoader.Arrays> batches = new ArrayList<>();
    private final List<float[]> images;
    private final List<float[]> texts;

    /**
     * What decides the measure.
     *
     * @param layout of the student, without masks
     * @param rows of the token table that are in the vector
     * @param seed of the run
     * @param batches of {@link #PAIRS} pairs, or of all the data's where it has fewer
     * @param threads batches computed at a time
     */
    public record Setup(
            Layout layout,
            Dataset data,
            TokenRows rows,
            Preprocessing preprocessing,
            long seed,
            int batches,
            int threads,
            ComputeDevice device) {}

    /**
     * Reads the pairs.
     *
     * @param vector (P,) the student as it is in the beginning
     * @throws InvalidInputException if none of the pairs can be used
     */
    public PairCalibration(Setup setup, FloatVector vector) {
        this.setup = setup;
        this.home = Torch.newScope(setup.device());
        this.threads = new SideBySide(setup.threads());
        try {
            this.kernel = ClipKernel.compile(home, setup.layout(), Precision.FP32);
            this.maps = InputKernel.compile(home, setup.layout(), InputKernel.Seen.MAPS);
            this.norms = InputKernel.compile(home, setup.layout(), InputKernel.Seen.NORMS);
            load();
            this.images = embedded(true, vector);
            this.texts = embedded(false, vector);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void load() {
        int pairs = Math.min(PAIRS, setup.data().size());
        BatchLoader.Inputs taken = new BatchLoader.Inputs(
                setup.rows(),
                setup.preprocessing(),
                setup.layout().shape().text().contextLength(),
                PictureTensors.on(home, setup.device().copies(), setup.preprocessing()));
        // Another pass over few pairs shows other views of them.
        Sampler sampler = new Sampler(setup.data(), setup.seed(), pairs, setup.batches());
        BatchLoader loader = new BatchLoader(setup.data(), sampler, taken, pairs);
        Optional<String> reason = Optional.empty();
        for (int i = 0; i < setup.batches(); i++) {
            BatchLoader.Arrays batch = loader.load(home, i, 0);
            if (batch.isEmpty()) {
                reason = Optional.of(batch.leftOut().named().get(0).reason());
            } else {
                batches.add(batch);
            }
        }
        if (batches.isEmpty()) {
            throw new InvalidInputException("none of the [" + pairs * setup.batches()
                    + "] pairs for calibration has a picture that can be used, the last for the reason that it "
                    + reason.orElseThrow() + "; check tinyclip.data.train");
        }
    }

    @Override
    public Moments inputs(Half half, FloatVector vector) {
        return moments(half.units() * half.channels(), new Seen(maps, half.image(), half.meant()), vector);
    }

    @Override
    public Moments normalised(Norm norm, FloatVector vector) {
        return moments(norm.weight().count(), new Seen(norms, norm.image(), norm.meant()), vector);
    }

    /** What of a tower is looked at. */
    private record Seen(InputKernel kernel, boolean image, int meant) {
        InputKernel.Sums of(Tensor weights, BatchLoader.Arrays batch, TensorScope scope) {
            return image
                    ? kernel.image(weights, batch.pixels().in(scope), meant)
                    : kernel.text(weights, batch.tokens().in(scope), batch.ends(), meant);
        }
    }

    private Moments moments(int channels, Seen seen, FloatVector vector) {
        Moments moments = new Moments(channels);
        try (TensorScope scope = home.newScope()) {
            Tensor weights = weights(scope, vector);
            threads.each(
                    batches,
                    batch -> sums(seen, weights, batch),
                    sums -> moments.add(sums.products, sums.sums, sums.rows));
        }
        return moments;
    }

    /** @param products (M, M) @param sums (M) */
    private record HostSums(float[] products, float[] sums, long rows) {}

    private HostSums sums(Seen seen, Tensor weights, BatchLoader.Arrays batch) {
        Torch.gradients(false);
        try (TensorScope scope = home.newScope()) {
            InputKernel.Sums sums = seen.of(weights, batch, scope);
            return new HostSums(sums.products().floats(), sums.sums().floats(), Math.round((double)
                    sums.rows().floats()[0]));
        }
    }

    @Override
    public double distance(boolean image, FloatVector vector) {
        List<float[]> before = image ? images : texts;
        List<float[]> now = embedded(image, vector);
        double sum = 0;
        int rows = 0;
        int embedding = setup.layout().shape().embedding();
        for (int i = 0; i < now.size(); i++) {
            for (int row = 0; row < now.get(i).length; row += embedding) {
                sum += 1 - dot(before.get(i), now.get(i), row, embedding);
                rows++;
            }
        }
        return sum / rows;
    }

    private static double dot(float[] a, float[] b, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** (pairs, E) of each batch that is measured. */
    private List<float[]> embedded(boolean image, FloatVector vector) {
        List<BatchLoader.Arrays> measured = batches.subList(0, (batches.size() + MEASURED - 1) / MEASURED);
        try (TensorScope scope = home.newScope()) {
            Tensor weights = weights(scope, vector);
            List<float[]> rows = new ArrayList<>();
            threads.each(measured, batch -> embedded(image, weights, batch), rows::add);
            return rows;
        }
    }

    private float[] embedded(boolean image, Tensor weights, BatchLoader.Arrays batch) {
        Torch.gradients(false);
        try (TensorScope scope = home.newScope()) {
            return image
                    ? kernel.image(weights, batch.pixels().in(scope)).floats()
                    : kernel.text(weights, batch.tokens().in(scope), batch.ends())
                            .floats();
        }
    }

    private Tensor weights(TensorScope scope, FloatVector vector) {
        return scope.over(vector.bytes(), vector.size());
    }

    @Override
    public void close() {
        threads.close();
        home.close();
    }
}
