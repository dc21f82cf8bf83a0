package io.tinyclip.cluster.bench;

import io.tinyclip.actors.plane.tcp.PlaneBenchmark;
import io.tinyclip.actors.wire.MessageBenchmark;
import io.tinyclip.cluster.bench.Figure.Limit;
import io.tinyclip.cluster.bench.Figure.Target;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Runs the sections that are asked for, and tells each figure as soon as it is there. */
public final class Bench {
    private static final int MANY_CONNECTIONS = 4;
    private static final double OF_A_SOCKET = 0.8;
    private static final int LARGE_CLUSTER = 1024;
    private static final int PRODUCTS = 4;
    private static final int EMULATED = 4;
    /** These take milliseconds, so there may be more of them. */
    private static final int MEMORY_ROUNDS = 4;

    private static final int MESSAGE_WINDOWS = 20;
    private static final int SERVERS = 2;
    private static final List<Integer> WORKERS = List.of(1, 2, 4);
    private static final String UNIT = "us";

    private final Sizes sizes;
    private final int threads;
    private final long holdBytes;
    private final Capabilities here;
    private final Precision precision;
    private final Listener told;
    private Optional<Workload> student = Optional.empty();

    /**
     * Hears what is found, as soon as it is.
     *
     * @param figure each figure
     * @param warning one line for whoever uses this machine
     */
    public record Listener(Consumer<Figure> figure, Consumer<String> warning) {}

    /**
     * @param threads partitions computed at a time
     * @param holdBytes that held forward passes may take
     * @param here what the processor can do
     */
    public Bench(Sizes sizes, int threads, long holdBytes, Capabilities here, Listener told) {
        this.sizes = sizes;
        this.threads = threads;
        this.holdBytes = holdBytes;
        this.here = here;
        this.precision = Precision.fitting(here);
        this.told = told;
    }

    /** Runs sections in their order, whatever the set's. */
    public void run(Set<Section> sections) {
        for (Section section : Section.values()) {
            if (sections.contains(section)) {
                run(section);
            }
        }
    }

    private void run(Section section) {
        switch (section) {
            case MACHINE ->
                new MachineBench(threads, sizes, product(Precision.BF16)).run().forEach(told.figure);
            case MEMORY -> memory();
            case KERNELS -> kernels();
            case PLANE -> List.of(1, MANY_CONNECTIONS).forEach(this::plane);
            case MESSAGES -> messages();
            case BYTES -> bytes();
            case STEP -> step();
        }
    }

    private void memory() {
        ModelShape teacher = Shapes.vitB32().teacher();
        Layout layout = Layout.of(teacher, teacher.text().vocabulary(), false, false);
        new MemoryBench(layout, sizes.floats())
                .run(MEMORY_ROUNDS * sizes.rounds())
                .forEach(told.figure);
    }

    private void kernels() {
        EnumSet<Precision> both = EnumSet.of(Precision.FP32, Precision.BF16);
        kernels(small(), both, sizes.rounds());
        if (sizes.studentPairs() > 0) {
            // Emulated, it would take most of the time of the whole benchmark, and the small model tells how slow it
            // is.
            Set<Precision> worthwhile = here.multipliesBf16() ? both : EnumSet.of(precision);
            kernels(measured(), worthwhile, sizes.steps());
        }
    }

    private void kernels(Workload workload, Set<Precision> precisions, int rounds) {
        Map<Precision, Double> rates = new EnumMap<>(Precision.class);
        for (Precision one : precisions) {
            KernelBench bench = new KernelBench(threads, product(one), PRODUCTS);
            Figure figure = bench.run(workload, one, isEmulated(one) ? 1 : rounds);
            told.figure.accept(figure);
            rates.put(one, figure.value());
        }
        PrecisionVerdict.of("step of the " + workload.name(), here, rates).ifPresent(told.warning);
    }

    /** Rows of products: where they are emulated, so many that they do not take most of the time. */
    private int product(Precision one) {
        return isEmulated(one) ? sizes.product() / EMULATED : sizes.product();
    }

    private boolean isEmulated(Precision one) {
        return one == Precision.BF16 && !here.multipliesBf16();
    }

    private void plane(int connections) {
        try {
            PlaneBenchmark.Result result = PlaneBenchmark.run(sizes.planeBytes(), connections, sizes.rounds());
            String name = connections + (connections == 1 ? " connection" : " connections");
            Limit limit = new Limit("plain sockets", result.socket().megabytesPerSecond());
            told.figure.accept(Figure.of(Section.PLANE, name, result.plane().megabytesPerSecond(), "MB/s", limit)
                    .with(Target.atLeast(OF_A_SOCKET)));
            Limit open = new Limit("without TLS", result.plane().megabytesPerSecond());
            told.figure.accept(
                    Figure.of(Section.PLANE, name + ", TLS", result.tls().megabytesPerSecond(), "MB/s", open));
            Limit cpu = new Limit("without TLS", result.plane().cpuSeconds());
            told.figure.accept(Figure.of(
                    Section.PLANE,
                    name + ", TLS, processor of both ends",
                    result.tls().cpuSeconds(),
                    "s/GB",
                    cpu));
        } catch (IOException e) {
            throw new UncheckedIOException("loopback cannot be used: " + e.getMessage(), e);
        }
    }

    private void messages() {
        try {
            MessageBenchmark.Result small = MessageBenchmark.announcements(MESSAGE_WINDOWS * sizes.rounds());
            told.figure.accept(
                    Figure.of(Section.MESSAGES, "announcement, from one to the next", small.microseconds(), UNIT));
            told.figure.accept(
                    Figure.of(Section.MESSAGES, "announcement, processor of both ends", small.cpuMicroseconds(), UNIT));
            MessageBenchmark.Result large = MessageBenchmark.steps(small().layout(), LARGE_CLUSTER, sizes.rounds());
            String name = "step of " + LARGE_CLUSTER + " leases, ";
            told.figure.accept(Figure.of(Section.MESSAGES, name + "from one to the next", large.microseconds(), UNIT));
            told.figure.accept(
                    Figure.of(Section.MESSAGES, name + "processor of both ends", large.cpuMicroseconds(), UNIT));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while messages were under way", e);
        }
    }

    private void bytes() {
        StepBench bench = new StepBench(small(), precision, threads, 1);
        WORKERS.forEach(workers -> told.figure.accept(bench.bytes(workers, SERVERS)));
    }

    private void step() {
        StepBench bench = new StepBench(measured(), precision, threads, sizes.steps());
        WORKERS.forEach(workers -> bench.outside(workers, SERVERS).forEach(told.figure));
    }

    private Workload small() {
        return new Workload(Shapes.small(), sizes.pairs(), sizes.partitions(), holdBytes);
    }

    /** Made once, so that its teacher's embeddings are computed once. */
    private Workload measured() {
        if (sizes.studentPairs() == 0) {
            return small();
        }
        Workload found = student.orElseGet(
                () -> new Workload(Shapes.vitB32(), sizes.studentPairs(), sizes.partitions(), holdBytes));
        student = Optional.of(found);
        return found;
    }
}
