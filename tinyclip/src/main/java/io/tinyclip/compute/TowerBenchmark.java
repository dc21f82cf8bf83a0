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
import io.tinyclip.random.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/**
 * How long the towers of a model with random weights take on the processor, as {@link ModelEmbedder} has them embed: chunks of
 * inputs in fp32, one chunk a thread. Inputs are in memory before.
 */
public final class TowerBenchmark implements AutoCloseable {
    /** Inputs that a thread embeds in one go. */
    public static final int CHUNK = ModelEmbedder.CHUNK;

    private static final double NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SEED = 1;
    private static final int COLOURS = 3;
    /** Of the token table; how many there are costs nothing. */
    private static final int ROWS = 64;

    private final TensorScope home = Torch.newScope();
    private final ClipKernel kernel;
    private final FloatVector vector;
    private final Tensor weights;
    private final Tensor pixels;
    private final Tensor tokens;
    private final Tensor ends;
    private final int threads;
    private final ExecutorService pool;

    /**
     * @param tokens of a text
     * @param threads chunks embedded at a time
     * @param pool has so many
     */
    public TowerBenchmark(ModelShape shape, int tokens, int threads, ExecutorService pool) {
        Layout layout = Layout.of(shape, ROWS, false, false);
        this.kernel = ClipKernel.compile(home, layout, Precision.FP32);
        this.vector = FloatVector.of(Initialization.random(layout, SEED));
        this.weights = home.over(vector.bytes(), vector.size());
        int side = shape.vision().imageSize();
        this.pixels = home.floats(noise(CHUNK * COLOURS * side * side), CHUNK, COLOURS, side, side);
        long[] rows = new long[CHUNK * tokens];
        long[] places = new long[CHUNK];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Counter.below(SEED, i, ROWS);
            places[i / tokens] = tokens - 1L;
        }
        this.tokens = home.longs(rows, CHUNK, tokens);
        this.ends = home.longs(places);
        this.threads = threads;
        this.pool = pool;
    }

    private static float[] noise(int count) {
        float[] noise = new float[count];
        for (int i = 0; i < count; i++) {
            noise[i] = (float) Counter.normal(SEED, i);
        }
        return noise;
    }

    /** @param chunks that each thread embeds. @return seconds of a picture */
    public double image(int chunks) {
        return seconds(chunks, () -> kernel.image(weights, pixels));
    }

    /** @param chunks that each thread embeds. @return seconds of a text */
    public double text(int chunks) {
        return seconds(chunks, () -> kernel.text(weights, tokens, ends));
    }

    private interface Work {
        Tensor embed();
    }

    private double seconds(int chunks, Work work) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        long begun = System.nanoTime();
        for (int thread = 0; thread < threads; thread++) {
            running.add(CompletableFuture.runAsync(() -> embed(chunks, work), pool));
        }
        running.forEach(CompletableFuture::join);
        return (System.nanoTime() - begun) / NANOS / chunks / threads / CHUNK;
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
