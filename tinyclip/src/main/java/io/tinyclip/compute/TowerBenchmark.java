package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import java.time.Duration;

/**
 * How long the towers of a model with random weights take on the processor, as {@link ModelEmbedder} has them embed: chunks of
 * inputs in fp32, one chunk a thread.
 */
public final class TowerBenchmark implements AutoCloseable {
    /** Inputs that a thread embeds in one go. */
    public static final int CHUNK = ModelEmbedder.CHUNK;

    private static final double NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SEED = 1;

    private final TensorScope home = Torch.newScope();
    private final ClipKernel kernel;
    private final FloatVector vector;
    private final Tensor weights;
    private final TowerInputs inputs;

    /** @param inputs of pictures as large as the shape's, which are closed by whoever made them, before this */
    public TowerBenchmark(ModelShape shape, TowerInputs inputs) {
        Layout layout = layout(shape);
        this.kernel = ClipKernel.compile(home, layout, Precision.FP32);
        this.vector = FloatVector.of(Initialization.random(layout, SEED));
        this.weights = home.over(vector.bytes(), vector.size());
        this.inputs = inputs;
    }

    private static Layout layout(ModelShape shape) {
        return Layout.of(shape, TowerInputs.ROWS, false, false);
    }

    /** Bytes that one of this shape takes. */
    public static long bytes(ModelShape shape) {
        return (long) Float.BYTES * layout(shape).size();
    }

    /** @param chunks that each thread embeds. @return seconds of a picture */
    public double image(int chunks) {
        return seconds(chunks, () -> kernel.image(weights, inputs.pixels()));
    }

    /** @param chunks that each thread embeds. @return seconds of a text */
    public double text(int chunks) {
        return seconds(chunks, () -> kernel.text(weights, inputs.tokens(), inputs.ends()));
    }

    private interface Work {
        Tensor embed();
    }

    private double seconds(int chunks, Work work) {
        long begun = System.nanoTime();
        inputs.onAllThreads(() -> embed(chunks, work));
        return (System.nanoTime() - begun) / NANOS / chunks / inputs.threads() / CHUNK;
    }

    private static void embed(int chunks, Work work) {
        Torch.gradients(false);
        for (int chunk = 0; chunk < chunks; chunk++) {
            work.embed().close();
        }
    }

    @Override
    public void close() {
        home.close();
    }
}
