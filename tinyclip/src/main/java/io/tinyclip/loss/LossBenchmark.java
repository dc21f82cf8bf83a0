package io.tinyclip.loss;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The affinity loss of a whole batch and its gradient, from features alone, by one worker that has all partitions. */
public final class LossBenchmark implements AutoCloseable {
    private static final double SCALE = 50;
    private static final LossPlan AFFINITY = new LossPlan(1, 0, 0, 0, List.of());

    private final int pairs;
    private final int partitions;
    private final TensorScope home = Torch.newScope();
    private final AffinityKernel kernel = AffinityKernel.compile(home);
    private final ExecutorService pool;
    private final List<PartitionFeatures> features;

    /**
     * @param pairs N, a multiple of the partitions
     * @param embedding E
     * @param threads partitions at a time
     */
    public LossBenchmark(int pairs, int partitions, int embedding, int threads) {
        this.pairs = pairs;
        this.partitions = partitions;
        this.pool = Executors.newFixedThreadPool(threads);
        this.features = IntStream.range(0, partitions)
                .mapToObj(p -> new PartitionFeatures(embedded(p, 0, embedding), List.of(embedded(p, 2, embedding))))
                .toList();
    }

    private Embedded embedded(int partition, int kind, int embedding) {
        return new Embedded(unit(partition, kind, embedding), unit(partition, kind + 1, embedding));
    }

    /** (B, E) rows of unit length. */
    private float[] unit(int partition, int kind, int embedding) {
        int own = pairs / partitions;
        float[] rows = new float[own * embedding];
        for (int row = 0; row < own; row++) {
            long key = Counter.key(kind, (long) partition * own + row);
            double square = 0;
            for (int i = row * embedding; i < (row + 1) * embedding; i++) {
                rows[i] = (float) Counter.normal(key, i - row * embedding);
                square += rows[i] * rows[i];
            }
            float length = (float) Math.sqrt(square);
            for (int i = row * embedding; i < (row + 1) * embedding; i++) {
                rows[i] /= length;
            }
        }
        return rows;
    }

    /** Features to cotangents once. @return the loss */
    public double once() {
        int own = pairs / partitions;
        long[] identities = IntStream.range(0, pairs).mapToLong(i -> i).toArray();
        LossCompute.Tiling tiling = LossCompute.Tiling.of(ComputeDevice.CPU, TileMemory.ALL);
        LossCompute compute = new LossCompute(kernel, AFFINITY, own, SCALE, tiling);
        try (TensorScope scope = home.newScope();
                GlobalBatch batch = new GlobalBatch(home.newScope(), false, features, own, Positives.of(identities))) {
            List<float[]> sums = each(p -> compute.logSumExps(place(scope, batch, p)));
            return each(p -> {
                        AffinityKernel.Result result = compute.loss(place(scope, batch, p), sums);
                        return (double) result.sums().floats()[0];
                    })
                    .stream()
                    .mapToDouble(share -> share)
                    .sum();
        }
    }

    private static LossCompute.Place place(TensorScope scope, GlobalBatch batch, int partition) {
        return new LossCompute.Place(scope, batch, partition, OptionalDouble.empty());
    }

    private <T> List<T> each(IntFunction<T> work) {
        List<CompletableFuture<T>> running = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            int p = partition;
            running.add(CompletableFuture.supplyAsync(
                    () -> {
                        Torch.gradients(false);
                        return work.apply(p);
                    },
                    pool));
        }
        return running.stream().map(CompletableFuture::join).toList();
    }

    @Override
    public void close() {
        pool.shutdown();
        home.close();
    }
}
