package io.tinyclip.cluster.bench;

import com.sun.management.OperatingSystemMXBean;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.LossBenchmark;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.StepCompute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One piece of work done again and again by this program alone, to be held against others': what scripts/compare asks for. */
public final class Repeats {
    private static final double NANOS = 1e9;
    private static final long HOLD_BYTES = 4L << 30;
    private static final int EMBEDDING = 512;
    /** Until loops are compiled and the teacher's embeddings are known: so many rounds, and so many seconds. */
    private static final int WARMING = 3;

    private static final double WARMING_SECONDS = 3;

    private final int threads;
    private final int rounds;

    /** @param rounds that count; some more come before them */
    public Repeats(int threads, int rounds) {
        this.threads = threads;
        this.rounds = rounds;
    }

    /** What one round took, and its result, which others must have as well. */
    public record Round(double seconds, double processorSeconds, double result) {}

    /** How large a step is. @param batch N, of so many partitions */
    public record Step(String shape, Precision precision, int batch, int partitions) {
        private Shapes shapes() {
            return switch (shape) {
                case "small" -> Shapes.small();
                case "40m" -> Shapes.vit40m();
                default -> throw new InvalidInputException("shape [" + shape + "] must be small or 40m");
            };
        }
    }

    /** The student's forward, loss and backward; the teacher's embeddings are known by the rounds that count. */
    public List<Round> step(Step step) {
        Workload workload = new Workload(step.shapes(), step.batch, step.partitions, HOLD_BYTES);
        RunPlan plan = workload.plan(1);
        Layout layout = workload.layout();
        FloatVector vector = FloatVector.of(workload.vector());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (StepCompute compute = workload.compute(plan, step.precision).get()) {
            return repeat(() -> KernelBench.step(compute, plan, layout, vector, pool));
        } finally {
            pool.shutdown();
        }
    }

    /** Tokens of each text of a step. */
    public static int tokens(Step step) {
        return SyntheticPairs.captionTokens(step.shapes().student().text().contextLength());
    }

    /** The affinity loss of so many pairs, from features of unit length to their cotangents. */
    public List<Round> loss(int pairs, int partitions) {
        try (LossBenchmark loss = new LossBenchmark(pairs, partitions, EMBEDDING, threads)) {
            return repeat(loss::once);
        }
    }

    /** From a folder's files to pixels of 224 x 224, by one thread; the result is the mean of all bytes. */
    public List<Round> pictures(Path folder, boolean reduced) {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> listed = Files.list(folder)) {
            for (Path path : listed.sorted().toList()) {
                files.add(Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + folder + "]: " + e.getMessage(), e);
        }
        Preprocessing preprocessing = Preprocessing.clip(224);
        return repeat(() -> {
            double sum = 0;
            long count = 0;
            for (int i = 0; i < files.size(); i++) {
                byte[] rgb = preprocessing
                        .training(files.get(i), "picture " + i, i, reduced)
                        .rgb();
                for (byte value : rgb) {
                    sum += value & 0xff;
                }
                count += rgb.length;
            }
            return sum / count;
        });
    }

    private List<Round> repeat(DoubleSupplier work) {
        long begun = System.nanoTime();
        for (int round = 0; round < WARMING || since(begun) < WARMING_SECONDS; round++) {
            measured(work);
        }
        return IntStream.range(0, rounds).mapToObj(round -> measured(work)).toList();
    }

    private static Round measured(DoubleSupplier work) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long processor = system.getProcessCpuTime();
        long begun = System.nanoTime();
        double result = work.getAsDouble();
        double seconds = since(begun);
        return new Round(seconds, (system.getProcessCpuTime() - processor) / NANOS, result);
    }

    private static double since(long begun) {
        return (System.nanoTime() - begun) / NANOS;
    }
}
