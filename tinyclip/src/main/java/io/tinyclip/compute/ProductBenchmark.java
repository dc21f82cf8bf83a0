package io.tinyclip.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Torch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** How fast this machine multiplies matrices the way kernels run: one thread a product, as many at a time as asked. */
public final class ProductBenchmark {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();
    private static final double OPERATIONS = 2;
    private static final double GIGA = 1e9;

    private ProductBenchmark() {}

    /**
     * Floating point operations a second of all threads, in 10^9: products of square matrices of floats.
     *
     * @param size rows and columns
     * @param repeats products a thread
     */
    public static double gigaflops(int size, int threads, int repeats) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<Double>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(CompletableFuture.supplyAsync(() -> gigaflops(size, repeats), pool));
            }
            return running.stream().mapToDouble(CompletableFuture::join).sum();
        } finally {
            pool.shutdown();
        }
    }

    private static double gigaflops(int size, int repeats) {
        try (NDManager manager = Torch.newManager()) {
            Torch.gradients(false);
            NDArray left = manager.ones(new Shape(size, size));
            NDArray right = manager.ones(new Shape(size, size));
            left.matMul(right).close();
            long begun = System.nanoTime();
            for (int i = 0; i < repeats; i++) {
                left.matMul(right).close();
            }
            double seconds = (System.nanoTime() - begun) / NANOS;
            return OPERATIONS * repeats * size * (double) size * size / seconds / GIGA;
        }
    }
}
