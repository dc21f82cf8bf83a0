package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Tower;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A chunk of pictures and one of texts, in memory once for any number of {@link TowerBenchmark}, and the threads that embed them. */
public final class TowerInputs implements AutoCloseable {
    /** Of the token table; how many there are costs nothing. */
    static final int ROWS = 64;

    private static final long SEED = 1;
    private static final int COLOURS = 3;
    /** Of a layer's width that are there at a time: its input, the norm, queries, keys, values and what attention gives. */
    private static final int WIDE = 6;
    /** Neurons, or scores of attention, before and after what is applied to them. */
    private static final int INNER = 2;

    private final TensorScope home = Torch.newScope();
    private final Tensor pixels;
    private final Tensor tokens;
    private final Tensor ends;
    private final int threads;
    private final ExecutorService pool;

    /**
     * @param model whose pictures are as large
     * @param tokens of a text
     * @param threads chunks embedded at a time
     */
    public TowerInputs(ModelShape model, int tokens, int threads) {
        int side = model.vision().imageSize();
        this.pixels = home.floats(noise(pixels(model)), TowerBenchmark.CHUNK, COLOURS, side, side);
        long[] rows = new long[TowerBenchmark.CHUNK * tokens];
        long[] places = new long[TowerBenchmark.CHUNK];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Counter.below(SEED, i, ROWS);
            places[i / tokens] = tokens - 1L;
        }
        this.tokens = home.longs(rows, TowerBenchmark.CHUNK, tokens);
        this.ends = home.longs(places);
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    /** Bytes that these inputs take, and what threads need to embed them by towers no larger than the model's; about. */
    public static long bytes(ModelShape model, int threads) {
        int tokens = model.vision().patches() + 1;
        long layer = Math.max(
                layer(model.vision(), tokens), layer(model.text(), model.text().contextLength()));
        // As numbers of Java they are there along with the tensor.
        return Float.BYTES * (2L * pixels(model) + (long) threads * TowerBenchmark.CHUNK * layer);
    }

    /** Floats of an input in the largest layer. */
    private static long layer(Tower tower, int tokens) {
        long largest = 0;
        for (LayerShape layer : tower.layers()) {
            long inner = Math.max(layer.neurons(), (long) layer.heads() * tokens);
            largest = Math.max(largest, tokens * ((long) WIDE * tower.width() + INNER * inner));
        }
        return largest;
    }

    private static int pixels(ModelShape model) {
        int side = model.vision().imageSize();
        return TowerBenchmark.CHUNK * COLOURS * side * side;
    }

    private static float[] noise(int count) {
        float[] noise = new float[count];
        for (int i = 0; i < count; i++) {
            noise[i] = (float) Counter.normal(SEED, i);
        }
        return noise;
    }

    /** (B, 3, side, side) */
    Tensor pixels() {
        return pixels;
    }

    /** (B, L) */
    Tensor tokens() {
        return tokens;
    }

    /** (B) */
    Tensor ends() {
        return ends;
    }

    int threads() {
        return threads;
    }

    /** Does this on every thread at a time. Whether or not it fails on one, all have ended when this returns or throws. */
    void onAllThreads(Runnable work) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            running.add(CompletableFuture.runAsync(work, pool));
        }
        CompletableFuture.allOf(running.toArray(new CompletableFuture<?>[0])).join();
    }

    /** Returns when no thread embeds any more: only then may towers be closed. */
    @Override
    public void close() {
        pool.shutdown();
        KernelThreads.await(pool);
        home.close();
    }
}
