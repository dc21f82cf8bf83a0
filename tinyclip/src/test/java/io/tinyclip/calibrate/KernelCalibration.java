package io.tinyclip.calibrate;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.InputKernel;
import io.tinyclip.kernel.InputKernel.Seen;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.random.Counter;
import io.tinyclip.squares.Moments;
import java.util.stream.IntStream;

/** A student's forward over some random pairs. */
final class KernelCalibration implements Calibration {
    private static final int PAIRS = 64;
    private static final int IMAGE = 8;
    private static final int TOKENS = 4;

    private final TensorScope scope = Torch.newScope();
    private final Layout layout;
    private final ClipKernel kernel;
    private final Tensor pixels;
    private final Tensor tokens;
    private final Tensor ends;
    private final float[] images;
    private final float[] texts;

    KernelCalibration(Layout layout, FloatVector vector) {
        this.layout = layout;
        kernel = ClipKernel.compile(scope, layout, Precision.FP32);
        float[] colours = new float[PAIRS * 3 * IMAGE * IMAGE];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = (float) Counter.normal(2, i);
        }
        pixels = scope.floats(colours, PAIRS, 3, IMAGE, IMAGE);
        int rows = layout.tokenRows();
        tokens = scope.longs(
                IntStream.range(0, PAIRS * TOKENS)
                        .mapToLong(i -> Counter.below(3, i, rows))
                        .toArray(),
                PAIRS,
                TOKENS);
        ends = scope.longs(IntStream.range(0, PAIRS).mapToLong(i -> 1 + i % 3).toArray());
        images = embedded(true, vector);
        texts = embedded(false, vector);
    }

    float[] embedded(boolean image, FloatVector vector) {
        try (TensorScope inner = scope.newScope()) {
            Tensor weights = inner.floats(vector.toArray());
            return image
                    ? kernel.image(weights, pixels.in(inner)).floats()
                    : kernel.text(weights, tokens.in(inner), ends.in(inner)).floats();
        }
    }

    @Override
    public Moments inputs(Half half, FloatVector vector) {
        return moments(Seen.MAPS, half.image(), half.meant(), half.units() * half.channels(), vector);
    }

    @Override
    public Moments normalised(Norm norm, FloatVector vector) {
        return moments(Seen.NORMS, norm.image(), norm.meant(), norm.weight().count(), vector);
    }

    private Moments moments(Seen seen, boolean image, int meant, int channels, FloatVector vector) {
        try (TensorScope inner = scope.newScope()) {
            Tensor weights = inner.floats(vector.toArray());
            InputKernel inputs = InputKernel.compile(inner, layout, seen);
            InputKernel.Sums sums = image
                    ? inputs.image(weights, pixels.in(inner), meant)
                    : inputs.text(weights, tokens.in(inner), ends.in(inner), meant);
            Moments moments = new Moments(channels);
            moments.add(sums.products().floats(), sums.sums().floats(), (long)
                    sums.rows().floats()[0]);
            return moments;
        }
    }

    @Override
    public double distance(boolean image, FloatVector vector) {
        float[] before = image ? images : texts;
        float[] now = embedded(image, vector);
        double sum = 0;
        for (int i = 0; i < now.length; i++) {
            sum += (double) before[i] * now[i];
        }
        return 1 - sum / PAIRS;
    }

    @Override
    public void close() {
        scope.close();
    }
}
