package io.tinyclip.cluster.forecast;

import io.tinyclip.actors.EmbeddedRun;
import io.tinyclip.actors.lead.JudgingSetup;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.calibrate.StageCut;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.ScratchFolder;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.data.Dataset;
import io.tinyclip.inherit.ManualInheritance;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.BadLimit;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Some real steps of a phase, by the run's own actors in this process, of a student with random weights. */
final class StepProbe {
    /** Steps that a probe never comes to the end of. */
    private static final int STEPS = 1 << 20;
    /** So many that none comes twice while it is measured. */
    private static final int FRESH_VIEWS = 1024;

    /** Of four digits, to which a share is rounded. */
    private static final double LEAST_KEEP = 1e-4;

    private final Subject subject;
    private final Engine engine;

    StepProbe(Subject subject, Engine engine) {
        this.subject = subject;
        this.engine = engine;
    }

    /**
     * How large a step is.
     *
     * @param partitions of the step
     * @param pairs in each
     * @param taught whether the teacher's embeddings are known from the second step on
     * @param enough seconds after which no further step is begun, if some were
     */
    record Size(int partitions, int pairs, boolean taught, double enough) {}

    /**
     * What was measured.
     *
     * @param first until the first step is committed: actors, kernels that are compiled, the step itself
     * @param step one of the later ones, on average
     * @param last from the last step to the end, in which a checkpoint is written
     * @param steps after the first
     */
    record Measured(Cost first, Cost step, Cost last, int steps) {
        /** What is done once a phase. */
        Cost once() {
            return first.minus(step);
        }
    }

    Measured measure(PhaseWork phase, Size size) {
        try (ScratchFolder folder = ScratchFolder.make("tinyclip-plan")) {
            RunSetup setup = setup(phase, size, folder.path());
            Marks marks = new Marks(size.enough);
            EmbeddedRun run = EmbeddedRun.start(
                    setup, marks, subject.settings().effective().withOnlyPath("tinyclip.actors"));
            marks.stopsWith(run::stop);
            run.outcome().toCompletableFuture().join();
            return marks.measured();
        }
    }

    private RunSetup setup(PhaseWork phase, Size size, Path folder) {
        Start begun = subject.start();
        Dataset data = size.taught ? new FirstPairs(subject.data(), size.partitions * size.pairs) : subject.data();
        RunPlan plan = plan(phase, size);
        Layout plain = Layout.of(phase.shape(), begun.rows().rows(), false, plan.pretrain());
        FloatVector vector = FloatVector.of(Initialization.random(plain, plan.seed()));
        Start start = new Start(
                plan,
                phase.shape(),
                begun.teachers(),
                begun.rows(),
                Optional.empty(),
                () -> vector,
                begun.preprocessing());
        FreeSettings free = subject.settings().free();
        return new RunSetup(
                plan,
                subject.teacher(),
                phase.shape(),
                begun.rows().rows(),
                () -> vector,
                Collections.emptySortedMap(),
                StageCut.NONE,
                free.workers(),
                free.servers(),
                free.machine().threads(),
                engine.compute(new ComputeInput(start, data, subject.settings(), List.of())),
                new CheckpointStore(folder),
                STEPS,
                BadLimit.NONE,
                JudgingSetup.NONE);
    }

    private double keep(PhaseWork phase) {
        return ManualInheritance.keep(
                phase.shape(), subject.teacher(), subject.plan().mask().budget());
    }

    /** One stage, which ends before its end. */
    private RunPlan plan(PhaseWork phase, Size size) {
        RunPlan whole = subject.plan();
        double keep = whole.pretrain() ? 1 : Math.max(LEAST_KEEP, Math.min(1, keep(phase)));
        StagePlan stage = phase.phase() == Phase.INHERIT
                ? new StagePlan(
                        whole.stages().get(phase.stage()).keep(), STEPS, 1, OptionalDouble.empty(), Optional.empty())
                : new StagePlan(keep, 0, STEPS);
        return new RunPlan(
                whole.seed(),
                size.partitions * size.pairs,
                size.partitions,
                size.taught ? 1 : FRESH_VIEWS,
                List.of(stage),
                whole.pretrain(),
                whole.optimizer(),
                whole.mask(),
                whole.wire(),
                whole.loss(),
                keep);
    }

    /** Looks at the clocks whenever a step is committed, and ends the run when there were enough. */
    private static final class Marks implements RunListener {
        private final Stopwatch watch = new Stopwatch();
        private final double enough;
        private final CompletableFuture<Runnable> stop = new CompletableFuture<>();
        private final List<Cost> commits = new ArrayList<>();

        Marks(double enough) {
            this.enough = enough;
        }

        void stopsWith(Runnable ending) {
            stop.complete(ending);
        }

        @Override
        public void started(Cursor cursor) {}

        @Override
        public synchronized void stepCommitted(StepCommitted step) {
            commits.add(watch.read());
            double since =
                    commits.get(commits.size() - 1).seconds() - commits.get(0).seconds();
            // A long step is measured once, for all of them are alike; short ones have neighbours that disturb them.
            if (commits.size() > 1 && since >= enough) {
                stop.join().run();
            }
        }

        @Override
        public CompletionStage<Void> stepJudged(StageFinished student) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> stageFinished(StageFinished stage) {
            return CompletableFuture.completedStage(null);
        }

        synchronized Measured measured() {
            int steps = commits.size() - 1;
            Cost last = commits.get(steps);
            Cost step = last.minus(commits.get(0)).times(1.0 / steps);
            return new Measured(commits.get(0), step, watch.read().minus(last), steps);
        }
    }
}
