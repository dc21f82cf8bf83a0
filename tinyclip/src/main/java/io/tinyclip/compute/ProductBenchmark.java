package io.tinyclip.compute;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** How fast this machine multiplies matrices the way kernels run: one thread a product, as many at a time as asked. */
public final class ProductBenchmark {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();
    private static final double OPERATIONS = 2;
    private static final double GIGA = 1e9;

    /** bf16, libtorch's type 15, is known inside of scripts only. */
    private static final String METHODS = """
              def narrow(self: __torch__.K, x: Tensor) -> Tensor:
                return x.to(15)
              def product(self: __torch__.K, x: Tensor, y: Tensor) -> Tensor:
                return torch.matmul(x, y)
            """;

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
        try (TensorScope scope = Torch.newScope()) {
            Script script = ScriptArchive.compile(scope, METHODS);
            Tensor left = ones(scope, script, precision, size);
            Tensor right = ones(scope, script, precision, size);
            script.call(scope, "product", left, right).forEach(Tensor::close);
            long begun = System.nanoTime();
            for (int i = 0; i < repeats; i++) {
                script.call(scope, "product", left, right).forEach(Tensor::close);
            }
            double seconds = (System.nanoTime() - begun) / NANOS;
            return OPERATIONS * repeats * size * (double) size * size / seconds / GIGA;
        }
    }

    private static Tensor ones(TensorScope scope, Script script, Precision precision, int size) {
        float[] ones = new float[size * size];
        Arrays.fill(ones, 1);
        Tensor wide = scope.floats(ones, size, size);
        return precision == Precision.FP32
                ? wide
                : script.call(scope, "narrow", wide).get(0);
    }
}
