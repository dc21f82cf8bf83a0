package io.tinyclip.cluster.bench;

import com.sun.management.OperatingSystemMXBean;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.EmbeddedRun;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.actors.plane.tcp.NettyDataPlane;
import io.tinyclip.actors.plane.tcp.PlaneSettings;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.cluster.machine.ScratchFolder;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A run in this JVM in which every worker and server has a data plane of its own: bulk data goes over loopback. */
final class LoopbackRun {
    private static final String LOOPBACK = "127.0.0.1";
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final Workload workload;
    private final Precision precision;
    private final int threads;

    /**
     * One step, from commit to commit.
     *
     * @param ended when it was committed
     * @param processor seconds of all threads of this process
     */
    record Step(double seconds, Instant ended, double processor, KernelClock.Seconds kernels) {}

    /**
     * A run.
     *
     * @param steps in order
     * @param bytes fetched by workers and servers, over all steps; the start vector, which servers load, left out
     */
    record Result(List<Step> steps, long bytes) {}

    /** @param threads partitions computed at a time, over all workers */
    LoopbackRun(Workload workload, Precision precision, int threads) {
        this.workload = workload;
        this.precision = precision;
        this.threads = threads;
    }

    Result run(int workers, int servers, int steps) {
        ScratchFolder folder = ScratchFolder.make("tinyclip-bench");
        List<DataPlane> planes = new ArrayList<>();
        try {
            RunPlan plan = workload.plan(steps);
            KernelClock clock = new KernelClock();
            Times times = new Times(clock);
            RunSetup setup = new RunSetup(
                    plan,
                    workload.student(),
                    workload.rows().rows(),
                    () -> FloatVector.of(workload.vector()),
                    Collections.emptySortedMap(),
                    workers,
                    servers,
                    threads,
                    () -> new ClockedCompute(workload.compute(plan, precision).get(), clock),
                    new CheckpointStore(folder.path()),
                    Integer.MAX_VALUE);
            EmbeddedRun.startApart(setup, times, () -> open(planes))
                    .outcome()
                    .toCompletableFuture()
                    .join();
            return new Result(times.steps, fetched(planes) - startBytes());
        } finally {
            planes.forEach(DataPlane::close);
            folder.close();
        }
    }

    private static DataPlane open(List<DataPlane> planes) {
        Config config = ConfigFactory.load();
        DataPlane plane = NettyDataPlane.open(PlaneSettings.read(config, LOOPBACK));
        planes.add(plane);
        return plane;
    }

    /** The first plane is the coordinator's, which fetches checkpoints and what a stage's end needs. */
    private static long fetched(List<DataPlane> planes) {
        return planes.stream()
                .skip(1)
                .flatMap(plane -> plane.links().stream())
                .mapToLong(Link::receivedBytes)
                .sum();
    }

    private long startBytes() {
        return (long) Float.BYTES * workload.layout().size();
    }

    /** Looks at the clocks whenever a step is committed. */
    private static final class Times implements RunListener {
        private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        private final KernelClock clock;
        private final List<Step> steps = new ArrayList<>();
        private long processorBefore;
        private KernelClock.Seconds kernelsBefore = new KernelClock.Seconds(0, 0, 0);

        Times(KernelClock clock) {
            this.clock = clock;
        }

        @Override
        public void started(Cursor cursor) {
            processorBefore = process.getProcessCpuTime();
            kernelsBefore = clock.seconds();
        }

        @Override
        public void stepCommitted(StepCommitted step) {
            long processor = process.getProcessCpuTime();
            KernelClock.Seconds kernels = clock.seconds();
            steps.add(new Step(
                    step.seconds(),
                    Instant.now(),
                    (processor - processorBefore) / NANOS,
                    kernels.since(kernelsBefore)));
            processorBefore = processor;
            kernelsBefore = kernels;
        }

        @Override
        public CompletionStage<Void> stepJudged(StageFinished student) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> stageFinished(StageFinished stage) {
            return CompletableFuture.completedStage(null);
        }
    }
}
