package io.tinyclip.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValueUtils;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.Precision;
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

    /** DJL itself makes no array of bf16, libtorch's type 15. */
    private static final String NARROW = "  def narrow(self: __torch__.K, x: Tensor) -> Tensor:\n    return x.to(15)\n";

    private ProductBenchmark() {}

    /**
     * Floating point operations a second of all threads, in 10^9: products of square matrices.
     *
     * @param precision of the numbers that are multiplied: fp32 or bf16
     * @param size rows and columns
     * @param repeats products a thread
     */
    public static double gigaflops(Precision precision, int size, int threads, int repeats) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<Double>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(CompletableFuture.supplyAsync(() -> gigaflops(precision, size, repeats), pool));
            }
            return running.stream().mapToDouble(CompletableFuture::join).sum();
        } finally {
            pool.shutdown();
        }
    }

    private static double gigaflops(Precision precision, int size, int repeats) {
        try (NDManager manager = Torch.newManager()) {
            Torch.gradients(false);
            NDArray left = ones(manager, precision, size);
            NDArray right = ones(manager, precision, size);
            left.matMul(right).close();
            long begun = System.nanoTime();
            for (int i = 0; i < repeats; i++) {
                left.matMul(right).close();
            }
            double seconds = (System.nanoTime() - begun) / NANOS;
            return OPERATIONS * repeats * size * (double) size * size / seconds / GIGA;
        }
    }

    private static NDArray ones(NDManager manager, Precision precision, int size) {
        NDArray wide = manager.ones(new Shape(size, size));
        if (precision == Precision.FP32) {
            return wide;
        }
        NDList in = new NDList(ScriptArchive.method(wide, "narrow"), wide);
        return IValueUtils.forward(ScriptArchive.compile(manager, NARROW), in, false)
                .head();
    }
}
