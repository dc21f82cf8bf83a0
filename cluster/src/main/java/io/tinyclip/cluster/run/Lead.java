package io.tinyclip.cluster.run;

import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.lead.JudgingSetup;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.judge.EnginePartEmbedder;
import io.tinyclip.cluster.judge.JudgedSets;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.Kept;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.BadLimit;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a run's actors and waits for their end. Whatever happens, nothing of the run writes into its folder afterwards.
 *
 * @param host where the actors live
 * @param progress shown while they train
 */
record Lead(Engine engine, RunHost host, Progress progress) {
    private static final Logger LOG = LoggerFactory.getLogger(Lead.class);

    /** For what still writes in the folder, before its lock is given back. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * What there is to lead.
     *
     * @param agreement with whoever takes part
     * @param stageEnd what happens at each stage's end
     * @param left told of every step
     * @param sets that students are judged on
     */
    record Work(
            RunHost.Agreement agreement,
            RunFolder folder,
            Origin origin,
            StageEnd stageEnd,
            TimeLeft left,
            JudgedSets sets) {
        ComputeInput input() {
            return agreement.input();
        }
    }

    /**
     * Where the run begins, or goes on.
     *
     * @param checkpoints it goes on from the newest good one
     * @param start makes the vector of the first step, where it may begin there
     */
    record Origin(CheckpointStore checkpoints, Supplier<FloatVector> start) {}

    /** @param stop ends the actors at their next checkpoint */
    Outcome through(Work work, GracefulStop stop) throws IOException {
        ExecutorService stageEnds = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "stage-end");
            thread.setDaemon(true);
            return thread;
        });
        try (Recorder recorder = new Recorder(
                work.input().plan(),
                work.folder,
                new Recorder.Shown(progress, work.left, work.input().settings().tensorBoard()),
                stageEnds,
                work.stageEnd)) {
            ActorRun run = host.start(setup(work, recorder), recorder, work.agreement);
            stop.stopsWith(run::stop);
            return await(run, recorder);
        } finally {
            stageEnds.shutdown();
            awaitStageEnd(stageEnds);
        }
    }

    private RunSetup setup(Work work, Recorder recorder) {
        ComputeInput input = work.input();
        Start start = input.start();
        FreeSettings free = input.settings().free();
        return new RunSetup(
                start.plan(),
                start.teacher().map(Model::shape).orElse(start.shape()),
                start.shape(),
                start.rows().rows(),
                work.origin.start,
                manualUnits(work),
                new CalibratedStages(
                        input,
                        engine,
                        progress,
                        recorder::otherTaskShown,
                        new CalibrationsFile(work.folder, free.numerics()),
                        new TableMaps(work.folder, start)),
                free.workers(),
                free.servers(),
                free.machine().threads(),
                engine.compute(input),
                work.origin.checkpoints,
                free.files().checkpointSteps(),
                new BadLimit(free.badShare()),
                new JudgingSetup(free.evaluation().every(), () -> new EnginePartEmbedder(engine, work.sets)));
    }

    private SortedMap<Integer, Kept> manualUnits(Work work) {
        return work.input().plan().pretrain()
                ? Collections.emptySortedMap()
                : new UnitsFile(work.folder.manualUnits()).readOrChoose(work.input(), engine, progress);
    }

    private static Outcome await(ActorRun run, Recorder recorder) {
        CompletableFuture<Outcome> outcome = run.outcome().toCompletableFuture();
        try {
            CompletableFuture.anyOf(outcome, recorder.failure()).join();
            return outcome.join();
        } catch (CompletionException e) {
            run.stop();
            // Nothing may write in the folder once its lock is gone; a second failure adds nothing to the first.
            boolean ended = outcome.handle((done, second) -> true)
                    .completeOnTimeout(false, LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
            LOG.info("the run failed, and its actors {}", ended ? "ended" : "did not end in time");
            throw e;
        }
    }

    /** What a stage's end writes must not come after the folder's lock is given back. */
    private static void awaitStageEnd(ExecutorService stageEnds) {
        try {
            if (!stageEnds.awaitTermination(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a stage's end is still being judged; its figures are taken again when the run goes on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
