package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.data.Sampler;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.BadLimit;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.BadSample;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.LeftOut;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples that cannot be used, from workers to the checkpoint. */
class BadSamplesRunTest {
    /** Six steps of 32, which are three passes over 64 samples, each in a view of its own. */
    private static final RunPlan PLAN = Fixture.pretrain();

    private static final int SAMPLES = 64;
    private static final Sampler SAMPLER = new Sampler(SAMPLES, PLAN.seed(), PLAN.globalBatch(), PLAN.views());

    @TempDir
    Path folder;

    private static boolean isBad(int sample) {
        return sample % 7 == 3;
    }

    private static List<Integer> samples(long step, int partition) {
        int size = PLAN.partitionSize();
        return IntStream.range(partition * size, (partition + 1) * size)
                .mapToObj(position -> SAMPLER.index(step, position))
                .toList();
    }

    /** Tensor work whose loss is the number of samples that could be used. */
    private static class Counting extends FakeCompute {
        @Override
        public PartitionFeatures features(Cursor cursor, int partition) {
            PartitionFeatures all = super.features(cursor, partition);
            List<Integer> samples = samples(cursor.step(), partition);
            List<Integer> empty = IntStream.range(0, samples.size())
                    .filter(place -> isBad(samples.get(place)))
                    .boxed()
                    .toList();
            return new PartitionFeatures(all.student(), all.teachers(), empty);
        }

        @Override
        public Contribution gradient(Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> sums) {
            for (int p = 0; p < PLAN.partitions(); p++) {
                List<Integer> samples = samples(cursor.step(), p);
                List<Integer> told =
                        all.get(p).empty().stream().map(samples::get).toList();
                assertEquals(samples.stream().filter(BadSamplesRunTest::isBad).toList(), told);
            }
            Contribution found = super.gradient(cursor, partition, all, sums);
            List<BadSample> bad = samples(cursor.step(), partition).stream()
                    .filter(BadSamplesRunTest::isBad)
                    .map(sample -> new BadSample("x.tar", Integer.toString(sample), "is torn"))
                    .toList();
            return new Contribution(
                    found.gradient().onHost(), PLAN.partitionSize() - bad.size(), found.entropy(), LeftOut.of(bad));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,2"})
    void eachSampleIsSeenOncePerPassWhateverTheWorkers(int workers, int servers) throws Exception {
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(setup(workers, servers, Counting::new), told));
        assertEachOncePerPass(told.steps);
        assertEquals(3L * bad().size(), told.stages.get(0).bad());
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "3", "5"})
    void eachSampleIsSeenOncePerPassThoughAWorkerIsKilledUnderWay(int step) throws Exception {
        CompletableFuture<EmbeddedRun> run = new CompletableFuture<>();
        RunSetup setup = setup(3, 2, () -> new Counting() {
            @Override
            public Contribution gradient(
                    Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> sums) {
                Contribution found = super.gradient(cursor, partition, all, sums);
                if (cursor.step() == step) {
                    run.join().killWorker(1);
                }
                return found;
            }
        });
        Recorder told = new Recorder();
        run.complete(EmbeddedRun.start(setup, told));
        Outcome outcome = finish(run.join());
        assertEachOncePerPass(told.steps);
        Recorder alone = new Recorder();
        RunSetup other = Fixture.setup(PLAN, 1, 1, folder.resolve("alone"), Counting::new);
        assertEquals(finish(EmbeddedRun.start(other, alone)), outcome);
    }

    @Test
    void aResumeGoesOnCounting() throws Exception {
        RunSetup broken = setup(2, 1, () -> new Counting() {
            @Override
            public PartitionFeatures features(Cursor cursor, int partition) {
                if (cursor.step() == 3) {
                    throw new IllegalStateException("the power went");
                }
                return super.features(cursor, partition);
            }
        });
        Recorder first = new Recorder();
        assertThrows(ExecutionException.class, () -> finish(EmbeddedRun.start(broken, first)));
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(setup(1, 2, Counting::new), told));
        int from = told.starts.get(0).step();
        assertTrue(from > 0 && from <= 3, "went on from " + from);
        List<StepCommitted> all = new ArrayList<>(first.steps.subList(0, from));
        all.addAll(told.steps);
        assertEachOncePerPass(all);
    }

    @Test
    void tooManyEndEveryResumeAtTheSameStepInOneLineUntilMoreAreAllowed() throws Exception {
        // Of the first 10,000 samples, that are 20: more came in the third step of 32, of which some five are bad.
        BadLimit limit = new BadLimit(0.002);
        List<Integer> ends = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int workers : new int[] {2, 1, 3}) {
            Recorder told = new Recorder();
            RunSetup limited = setup(workers, 1, Counting::new, limit);
            Throwable end = assertThrows(ExecutionException.class, () -> finish(EmbeddedRun.start(limited, told)))
                    .getCause();
            lines.add(assertInstanceOf(InvalidInputException.class, end).getMessage());
            ends.add(told.starts.get(0).step() + told.steps());
        }
        assertEquals(1, lines.stream().distinct().count(), lines.toString());
        assertEquals(1, ends.stream().distinct().count(), ends.toString());
        assertTrue(ends.get(0) > 1 && ends.get(0) < 6, "ended at " + ends.get(0));
        assertTrue(
                lines.get(0).contains("above the share of [0.002] that tinyclip.data.bad-share allows"), lines.get(0));
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(setup(1, 1, Counting::new), told));
        assertEquals(List.of(new Cursor(0, PLAN.start().phase(), ends.get(0))), told.starts);
        assertEquals(3L * bad().size(), told.steps.get(told.steps() - 1).bad());
    }

    private RunSetup setup(int workers, int servers, Supplier<StepCompute> compute) {
        return Fixture.setup(PLAN, workers, servers, folder, compute);
    }

    private RunSetup setup(int workers, int servers, Supplier<StepCompute> compute, BadLimit limit) {
        RunSetup all = setup(workers, servers, compute);
        return new RunSetup(
                all.plan(),
                all.teacher(),
                all.start(),
                all.tokenRows(),
                all.startVector(),
                all.manualUnits(),
                all.calibrated(),
                workers,
                servers,
                all.threads(),
                compute,
                all.checkpoints(),
                all.checkpointSteps(),
                limit,
                all.judging());
    }

    private static List<Integer> bad() {
        return IntStream.range(0, SAMPLES)
                .filter(BadSamplesRunTest::isBad)
                .boxed()
                .toList();
    }

    private static void assertEachOncePerPass(List<StepCommitted> steps) {
        assertEquals(6, steps.size());
        Map<String, Long> named = steps.stream()
                .flatMap(step -> step.leftOut().named().stream())
                .collect(Collectors.groupingBy(BadSample::key, TreeMap::new, Collectors.counting()));
        assertEquals(
                bad().stream().collect(Collectors.toMap(Object::toString, key -> 3L, Long::sum, TreeMap::new)), named);
        long soFar = 0;
        for (StepCommitted step : steps) {
            assertEquals(PLAN.globalBatch(), step.loss() + step.leftOut().count(), "good and bad of " + step.cursor());
            soFar += step.leftOut().count();
            assertEquals(soFar, step.bad());
        }
        double good = steps.stream().mapToDouble(StepCommitted::loss).sum();
        assertEquals(3.0 * (SAMPLES - bad().size()), good);
    }

    private static Outcome finish(EmbeddedRun run) throws Exception {
        return run.outcome().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
