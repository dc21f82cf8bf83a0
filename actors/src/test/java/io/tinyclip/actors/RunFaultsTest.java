package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault ends in the digest of an undisturbed run. */
class RunFaultsTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final Oracle ORACLE = Oracle.run(Fixture.setup(PLAN, 1, 1, Path.of("unused")));

    @TempDir
    Path folder;

    private enum Call {
        INSTALL,
        FEATURES,
        LOG_SUM_EXPS,
        GRADIENT
    }

    /** Tensor work that does something else before one kind of call in one step of the run. */
    private static final class Hooked extends FakeCompute {
        private final Call hooked;
        private final long step;
        private final Runnable hook;

        Hooked(Call hooked, long step, Runnable hook) {
            this.hooked = hooked;
            this.step = step;
            this.hook = hook;
        }

        private void before(Call call, Cursor cursor) {
            if (call == hooked && PLAN.committedSteps(cursor) == step) {
                hook.run();
            }
        }

        @Override
        public void install(Cursor cursor, Layout layout, FloatVector vector) {
            before(Call.INSTALL, cursor);
            super.install(cursor, layout, vector);
        }

        @Override
        public PartitionFeatures features(Cursor cursor, int partition) {
            before(Call.FEATURES, cursor);
            return super.features(cursor, partition);
        }

        @Override
        public float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all) {
            before(Call.LOG_SUM_EXPS, cursor);
            return super.logSumExps(cursor, partition, all);
        }

        @Override
        public Contribution gradient(Cursor cursor, int p, List<PartitionFeatures> all, List<float[]> logSumExps) {
            before(Call.GRADIENT, cursor);
            return super.gradient(cursor, p, all, logSumExps);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void goesOnWithOtherNumbersOfWorkersAndServersAfterACrashInAnyStep(int step) throws Exception {
        Recorder told = new Recorder();
        Outcome outcome = goneOnAfterACrash(PLAN, step, told);
        assertEquals(new Outcome(ORACLE.digests.get(1), true), outcome);
        long from = PLAN.committedSteps(told.starts.get(0));
        assertTrue(step - from <= 2, "a checkpoint every second step, but it went on from " + from);
        assertEquals(ORACLE.losses.subList((int) from, ORACLE.losses.size()), told.losses());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9})
    void goesOnFromTheOptimizersOwnWeightsWhereWorkersHaveRoundedOnes(int step) throws Exception {
        RunPlan plan = PLAN.with(new WirePlan(Rounding.BF16, Rounding.BF16, Rounding.FP16));
        Outcome outcome = goneOnAfterACrash(plan, step, new Recorder());
        Oracle oracle = Oracle.run(Fixture.setup(plan, 3, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(1), true), outcome);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5, 8, 10, 11})
    void goesOnWithTheMomentsThatWereCarriedOver(int step) throws Exception {
        RunPlan plan = carried();
        Outcome outcome = goneOnAfterACrash(plan, step, new Recorder());
        Oracle oracle = Oracle.run(Fixture.setup(plan, 3, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(1), true), outcome);
        assertNotEquals(ORACLE.digests.get(1), outcome.digest());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 10})
    void goesOnWithTheMeansThatMuonFollows(int step) throws Exception {
        RunPlan plan = Fixture.muon();
        Outcome outcome = goneOnAfterACrash(plan, step, new Recorder());
        Oracle oracle = Oracle.run(Fixture.setup(plan, 3, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(2), true), outcome);
    }

    /** A run that fails in a step's gradients, and the same begun again with other numbers of workers and servers. */
    private Outcome goneOnAfterACrash(RunPlan plan, int step, Recorder told) throws Exception {
        RuntimeException crash = new IllegalStateException("the power went");
        RunSetup broken = Fixture.setup(plan, 2, 3, folder, () -> failing(Call.GRADIENT, step, crash));
        assertSame(crash, failureOf(EmbeddedRun.start(broken, new Recorder())));
        return EmbeddedRunTest.finish(EmbeddedRun.start(Fixture.setup(plan, 3, 1, folder), told));
    }

    /** Which takes no other steps than {@link #PLAN}. */
    private static RunPlan carried() {
        OptimizerPlan optimizer = PLAN.optimizer().with(MomentTransfer.CARRIED);
        return new RunPlan(
                PLAN.seed(),
                PLAN.globalBatch(),
                PLAN.partitions(),
                PLAN.views(),
                PLAN.stages(),
                false,
                optimizer,
                PLAN.mask());
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void endsWithTheErrorOfTensorWorkThatFails(Call call) {
        RuntimeException failure = new IllegalArgumentException("no such kernel");
        RunSetup setup = Fixture.setup(PLAN, 3, 2, folder, () -> failing(call, 1, failure));
        assertSame(failure, failureOf(EmbeddedRun.start(setup, new Recorder())));
    }

    @Test
    void endsWithTheErrorOfAListenerThatFails() {
        RuntimeException failure = new IllegalArgumentException("metrics.jsonl cannot be written");
        Recorder failing = new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                throw failure;
            }
        };
        assertSame(failure, failureOf(EmbeddedRun.start(Fixture.setup(PLAN, 1, 1, folder), failing)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 6, 8, 12})
    void stopsAfterTheStepUnderWayAndGoesOnFromThere(int last) throws Exception {
        AtomicReference<EmbeddedRun> run = new AtomicReference<>();
        CompletableFuture<Void> known = new CompletableFuture<>();
        Recorder stopping = new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                super.stepCommitted(step);
                if (steps() == last) {
                    known.join();
                    run.get().stop();
                }
            }
        };
        run.set(EmbeddedRun.start(Fixture.setup(PLAN, 2, 2, folder), stopping));
        known.complete(null);
        Outcome stopped = EmbeddedRunTest.finish(run.get());
        Recorder told = new Recorder();
        Outcome outcome = EmbeddedRunTest.finish(EmbeddedRun.start(Fixture.setup(PLAN, 1, 3, folder), told));
        assertEquals(new Outcome(ORACLE.digests.get(1), true), outcome);
        if (!stopped.finished()) {
            assertEquals(stopping.steps(), PLAN.committedSteps(told.starts.get(0)), "no step is done twice");
        }
        assertEquals(ORACLE.losses.size(), stopping.steps() + told.steps());
    }

    /** A step that is stopped in is still committed; the places are within a mask phase, at its cut, and just after. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, INHERIT, 2",
        "3, 0, INHERIT, 4",
        "4, 0, DISTILL, 1",
        "8, 1, INHERIT, 2",
        "9, 1, INHERIT, 3",
        "10, 1, DISTILL, 1"
    })
    void goesOnFromWithinAMaskPhaseFromItsCutAndFromJustAfter(int stoppedIn, int stage, Phase phase, int step)
            throws Exception {
        CompletableFuture<EmbeddedRun> run = new CompletableFuture<>();
        RunSetup broken = Fixture.setup(
                PLAN,
                2,
                3,
                folder,
                () -> new Hooked(Call.GRADIENT, stoppedIn, () -> run.join().stop()));
        run.complete(EmbeddedRun.start(broken, new Recorder()));
        assertFalse(EmbeddedRunTest.finish(run.join()).finished());
        Recorder told = new Recorder();
        EmbeddedRunTest.finish(EmbeddedRun.start(Fixture.setup(PLAN, 3, 2, folder), told));
        assertEquals(List.of(new Cursor(stage, phase, step)), told.starts);
        assertEquals(ORACLE.digests.get(1), told.digests().get(told.digests().size() - 1));
        assertEquals(ORACLE.losses.subList(stoppedIn + 1, ORACLE.losses.size()), told.losses());
    }

    @Test
    void stopsWithoutWaitingForTheStagesEvaluation() throws Exception {
        CompletableFuture<Void> evaluating = new CompletableFuture<>();
        Recorder slow = new Recorder() {
            @Override
            public CompletionStage<Void> stageFinished(StageFinished stage) {
                super.stageFinished(stage);
                evaluating.complete(null);
                return new CompletableFuture<>();
            }
        };
        EmbeddedRun run = EmbeddedRun.start(Fixture.setup(PLAN, 1, 1, folder), slow);
        evaluating.get(60, TimeUnit.SECONDS);
        run.stop();
        assertEquals(new Outcome(ORACLE.digests.get(0), false), EmbeddedRunTest.finish(run));
        Recorder told = new Recorder();
        EmbeddedRunTest.finish(EmbeddedRun.start(Fixture.setup(PLAN, 1, 1, folder), told));
        assertEquals(ORACLE.digests, told.digests(), "the stage is told again");
        assertEquals(slow.stages.get(0).sparsity(), told.stages.get(0).sparsity());
        assertEquals(slow.stages.get(0).widthMap(), told.stages.get(0).widthMap());
    }

    @Test
    void stopsBeforeTheFirstStep() throws Exception {
        EmbeddedRun run = EmbeddedRun.start(Fixture.setup(PLAN, 2, 2, folder), new Recorder());
        run.stop();
        Outcome stopped = EmbeddedRunTest.finish(run);
        assertFalse(stopped.finished());
        Outcome outcome = EmbeddedRunTest.finish(EmbeddedRun.start(Fixture.setup(PLAN, 2, 2, folder), new Recorder()));
        assertEquals(new Outcome(ORACLE.digests.get(1), true), outcome);
    }

    @Test
    void tellsOnlyTheLastStageWhenAFinishedRunIsStartedAgain() throws Exception {
        EmbeddedRunTest.finish(EmbeddedRun.start(Fixture.setup(PLAN, 2, 2, folder), new Recorder()));
        Recorder told = new Recorder();
        Outcome outcome = EmbeddedRunTest.finish(EmbeddedRun.start(Fixture.setup(PLAN, 1, 1, folder), told));
        assertEquals(new Outcome(ORACLE.digests.get(1), true), outcome);
        assertEquals(List.of(new Cursor(1, Phase.DISTILL, 2)), told.starts);
        assertEquals(0, told.steps());
        assertEquals(List.of(ORACLE.digests.get(1)), told.digests());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 5, 9})
    void leasesADeadWorkersPartitionsToTheOthers(int killed) throws Exception {
        CompletableFuture<EmbeddedRun> run = new CompletableFuture<>();
        Recorder killing = new Recorder() {
            @Override
            public void started(Cursor cursor) {
                super.started(cursor);
                killAfter(0);
            }

            @Override
            public void stepCommitted(StepCommitted step) {
                super.stepCommitted(step);
                killAfter(steps());
            }

            private void killAfter(int committed) {
                if (committed == killed) {
                    run.join().killWorker(1);
                }
                if (committed == killed + 1) {
                    run.join().killWorker(2);
                }
            }
        };
        run.complete(EmbeddedRun.start(Fixture.setup(PLAN, 3, 2, folder), killing));
        assertEquals(new Outcome(ORACLE.digests.get(1), true), EmbeddedRunTest.finish(run.join()));
        assertEquals(ORACLE.losses, killing.losses());
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void leasesADeadWorkersPartitionsWithinTheStep(Call call) throws Exception {
        CompletableFuture<EmbeddedRun> run = new CompletableFuture<>();
        RunSetup setup = Fixture.setup(
                PLAN, 3, 2, folder, () -> new Hooked(call, 5, () -> run.join().killWorker(1)));
        Recorder told = new Recorder();
        run.complete(EmbeddedRun.start(setup, told));
        assertEquals(new Outcome(ORACLE.digests.get(1), true), EmbeddedRunTest.finish(run.join()));
        assertEquals(ORACLE.losses, told.losses());
    }

    @Test
    void endsWithAnErrorWhenTheLastWorkerIsGone() {
        EmbeddedRun run = EmbeddedRun.start(Fixture.setup(PLAN, 1, 1, folder), new Recorder());
        run.killWorker(0);
        assertTrue(failureOf(run).getMessage().contains("the last worker is gone"));
    }

    @Test
    void skipsTheUpdateOfAGradientThatIsNotFinite() throws Exception {
        RunSetup setup = Fixture.setup(PLAN, 2, 2, folder, () -> new FakeCompute() {
            @Override
            public Contribution gradient(Cursor cursor, int p, List<PartitionFeatures> all, List<float[]> sums) {
                Contribution share = super.gradient(cursor, p, all, sums);
                if (PLAN.committedSteps(cursor) == 2 && p == 5) {
                    share.gradient().onHost().floats().put(70_000, Float.POSITIVE_INFINITY);
                }
                return share;
            }
        });
        Recorder told = new Recorder();
        Outcome outcome = EmbeddedRunTest.finish(EmbeddedRun.start(setup, told));
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), outcome);
        assertEquals(
                List.of(false, false, true, false),
                told.steps.subList(0, 4).stream()
                        .map(RunListener.StepCommitted::skipped)
                        .toList());
    }

    private static StepCompute failing(Call call, long step, RuntimeException failure) {
        return new Hooked(call, step, () -> {
            throw failure;
        });
    }

    private static Throwable failureOf(EmbeddedRun run) {
        return assertThrows(ExecutionException.class, () -> EmbeddedRunTest.finish(run))
                .getCause();
    }
}
