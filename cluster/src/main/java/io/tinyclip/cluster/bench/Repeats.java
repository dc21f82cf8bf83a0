package io.tinyclip.cluster.bench;

import com.sun.management.OperatingSystemMXBean;
import io.tinyclip.compute.GraphBudget;
import io.tinyclip.compute.Hold;
import io.tinyclip.compute.LoadingThreads;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.MemoryUse;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.LossBenchmark;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One piece of work done again and again by this program alone: what scripts/compare and scripts/gpu-check ask for. */
public final class Repeats {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final long HOLD_BYTES = 4L << 30;

    /** Of which pairs are loaded ahead, as a run does where settings leave it open. */
    private static final int STEPS_AHEAD = 1;

    private static final int PICTURES = 64;
    private static final int EMBEDDING = 512;
    /** Until loops are compiled and the teacher's embeddings are known: so many rounds, and so many seconds. */
    private static final int WARMING = 3;

    private static final double WARMING_SECONDS = 3;

    private final int threads;
    private final int rounds;

    /**
     * Work that is done so often.
     *
     * @param threads that compute, at least 1
     * @param rounds that count; some more come before them
     */
    public Repeats(int threads, int rounds) {
        this.threads = threads;
        this.rounds = rounds;
    }

    /** What one round took, and its result, which others must have as well. */
    public record Round(double seconds, double processorSeconds, double result) {}

    /**
     * Rounds that count.
     *
     * @param endedAt when the last of them ended, in seconds since the epoch
     * @param memory after that
     */
    public record Counted<T>(List<T> rounds, double endedAt, MemoryUse memory) {
        private static <T> Counted<T> of(List<T> rounds, Instant ended, ComputeDevice device) {
            return new Counted<>(rounds, ended.toEpochMilli() / MILLIS, MemoryUse.now(device));
        }
    }

    /** Whether the teacher's embeddings are known by the rounds that count, or each asks it; or the one and then the other. */
    public enum Teaching {
        KNOWN,
        ASKED,
        BOTH
    }

    /** How large a step is. @param batch N, of so many partitions */
    public record Step(String shape, Precision precision, int batch, int partitions) {
        private Shapes shapes() {
            return switch (shape) {
                case "small" -> Shapes.small();
                case "40m" -> Shapes.vit40m();
                case "l14" -> Shapes.vitL14();
                default -> throw new InvalidInputException("shape [" + shape + "] must be small, 40m or l14");
            };
        }
    }

    /**
     * Where a step is computed.
     *
     * @param loadsAhead whether the next step's pairs are loaded by threads of their own, as in a run; otherwise each is loaded by
     *     who computes it, as by the programs that scripts/compare holds this one against
     */
    public record Place(ComputeDevice device, Teaching teaching, boolean loadsAhead) {
        /** One for each way to teach, with one set of weights and pairs. */
        private List<Workload> of(Step step) {
            GraphBudget graphs = device.isGpu()
                    ? GraphBudget.ofGpu(Hold.AUTO, MemoryUse.deviceLimit(device))
                    : new GraphBudget(Hold.AUTO, HOLD_BYTES);
            LoadingThreads loading = loadsAhead
                    ? new LoadingThreads(Runtime.getRuntime().availableProcessors(), STEPS_AHEAD)
                    : LoadingThreads.NONE;
            Workload known = new Workload(
                    step.shapes(), step.batch, step.partitions, new Workload.Place(device, graphs, loading));
            return switch (teaching) {
                case KNOWN -> List.of(known);
                case ASKED -> List.of(known.asking());
                case BOTH -> List.of(known, known.asking());
            };
        }
    }

    /** Useful operations of the student's forward, and of the teacher's. */
    public record Operations(double student, double teacher) {
        /** Of a step's pairs. */
        public static Operations of(Step step) {
            return new Operations(
                    Workload.forwardOperations(step.shapes().student(), step.batch),
                    Workload.forwardOperations(step.shapes().teacher(), step.batch));
        }
    }

    /** A whole step by a run's own actors, with one worker and one server: from one commit to the next. */
    public record WholeStep(double seconds, double kernelSeconds) {}

    /** Steps of a run over loopback, for each way to teach; those that warm it up are left out. */
    public List<Counted<WholeStep>> wholeSteps(Step step, Place place) {
        return place.of(step).stream()
                .map(workload -> whole(new LoopbackRun(workload, step.precision, threads), place.device))
                .toList();
    }

    private Counted<WholeStep> whole(LoopbackRun run, ComputeDevice device) {
        List<LoopbackRun.Step> steps = run.run(1, 1, WARMING + rounds).steps();
        List<WholeStep> counted = steps.subList(WARMING, steps.size()).stream()
                .map(it -> new WholeStep(it.seconds(), it.kernels().any()))
                .toList();
        return Counted.of(counted, steps.get(steps.size() - 1).ended(), device);
    }

    /** The student's forward, loss and backward, and the teacher's forward where it is not known; for each way to teach. */
    public List<Counted<Round>> step(Step step, Place place) {
        List<Workload> workloads = place.of(step);
        FloatVector vector = FloatVector.of(workloads.get(0).vector());
        List<Counted<Round>> found = new ArrayList<>();
        for (Workload workload : workloads) {
            try (WorkerSteps steps = new WorkerSteps(workload, step.precision, vector, threads)) {
                List<Round> counted = repeat(steps::next);
                found.add(Counted.of(counted, Instant.now(), place.device));
            }
        }
        return found;
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

    /** So many JPEGs of 640 x 480 to pixels of 224 x 224, on all threads; the result is the mean of all bytes. */
    public List<Round> madePictures(boolean reduced) {
        List<byte[]> files = Collections.nCopies(PICTURES * threads, MachineBench.jpeg());
        Preprocessing preprocessing = Preprocessing.clip(224);
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            return repeat(() -> pool.submit(() -> IntStream.range(0, files.size())
                            .parallel()
                            .mapToObj(i -> sum(preprocessing, files, i, reduced))
                            .reduce(Sum.NONE, Sum::plus))
                    .join()
                    .mean());
        } finally {
            pool.shutdown();
        }
    }

    /** Of pictures' bytes; whole numbers, so that the order does not matter. */
    private record Sum(long sum, long count) {
        static final Sum NONE = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(sum + other.sum, count + other.count);
        }

        double mean() {
            return (double) sum / count;
        }
    }

    private static Sum sum(Preprocessing preprocessing, List<byte[]> files, int picture, boolean reduced) {
        byte[] rgb = preprocessing
                .training(files.get(picture), "picture " + picture, picture, reduced)
                .rgb();
        long sum = 0;
        for (byte value : rgb) {
            sum += value & 0xff;
        }
        return new Sum(sum, rgb.length);
    }

    /** Pictures in a round of {@link #madePictures}. */
    public int pictures() {
        return PICTURES * threads;
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
            Sum sum = Sum.NONE;
            for (int i = 0; i < files.size(); i++) {
                sum = sum.plus(sum(preprocessing, files, i, reduced));
            }
            return sum.mean();
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
