package io.tinyclip.cluster.run;

import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.actors.run.RunListener.RunEvent;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.record.BadSamplesFile;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunTrace;
import io.tinyclip.cluster.record.TensorBoardFile;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.report.JudgedPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every step to metrics.jsonl, shows the progress and hands each finished stage on. A failure to write ends the run:
 * it completes {@link #failure}, and whoever waits for the run looks at both. Whoever leads no more is told by an exception,
 * which ends its run.
 */
final class Recorder implements RunListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final RunPlan plan;
    private final RunFolder folder;
    private final Progress progress;
    private final TimeLeft left;
    private final boolean tensorBoard;
    private final Executor stageEnds;
    private final Students students;
    private final CollapseWatch collapse;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final RunTrace trace;
    private Optional<MetricsFile> metrics = Optional.empty();
    private Optional<BadSamplesFile> badSamples = Optional.empty();
    private Optional<TensorBoardFile> curves = Optional.empty();
    /** First step of the phase whose progress is shown. */
    private Optional<Cursor> shown = Optional.empty();

    /**
     * What a person sees of a run.
     *
     * @param left of the whole run, written beside where it is
     * @param tensorBoard whether steps are written for TensorBoard, too
     */
    record Shown(Progress progress, TimeLeft left, boolean tensorBoard) {}

    /**
     * @param stageEnds runs what {@code students} do, which may take seconds, off the run's own threads
     */
    Recorder(RunPlan plan, RunFolder folder, Shown shown, Executor stageEnds, Students students) {
        this.plan = plan;
        this.collapse = new CollapseWatch(plan);
        this.folder = folder;
        this.progress = shown.progress;
        this.left = shown.left;
        this.tensorBoard = shown.tensorBoard;
        this.stageEnds = stageEnds;
        this.students = students;
        this.trace = RunTrace.open(folder.path(), this::fail);
        trace.happened(RunEvent.LEADS, "process " + ProcessHandle.current().pid() + " leads");
    }

    /** Completes exceptionally when something could not be recorded; never completes otherwise. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    @Override
    public OptionalLong told() {
        try {
            return OptionalLong.of(MetricsFile.toldSteps(folder.metrics(), plan));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void started(Cursor cursor) {
        try {
            closeFiles();
            folder.requireLead();
            LogPlace.at(LogStep.of(cursor));
            trace.begun(plan, MetricsFile.toldSteps(folder.metrics(), plan), cursor);
            metrics = Optional.of(MetricsFile.openAt(folder.metrics(), cursor));
            badSamples = Optional.of(BadSamplesFile.openAt(folder.badSamples(), plan.committedSteps(cursor)));
            if (tensorBoard) {
                curves = Optional.of(TensorBoardFile.begin(folder.path(), plan.committedSteps(cursor)));
            }
            folder.steps().begun(plan.committedSteps(cursor));
            left.startedAt(cursor);
            show(cursor);
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public synchronized void masks(Cursor cursor, MaskShares shares) {
        folder.steps().requireLead();
        trace.masks(cursor, plan.committedSteps(cursor), shares);
    }

    @Override
    public void happened(RunEvent event, String text) {
        trace.happened(event, text);
    }

    @Override
    public synchronized void stepCommitted(StepCommitted step) {
        try {
            folder.steps().requireLead();
            trace.committed(plan, step);
            // Whoever has told a step in metrics.jsonl is not asked for it again.
            if (badSamples.isPresent()) {
                badSamples
                        .get()
                        .append(
                                plan.committedSteps(step.cursor()),
                                step.leftOut().named());
            }
            if (metrics.isPresent()) {
                metrics.get().append(step, plan.globalBatch());
            }
            if (curves.isPresent()) {
                curves.get().append(plan.committedSteps(step.cursor()), step, plan.globalBatch());
            }
            folder.steps().committed(plan.committedSteps(step.cursor()) + 1L);
            left.committed(step.cursor(), step.seconds());
            collapse.committed(step).ifPresent(LOG::warn);
            show(step.cursor());
            progress.left(left.nanos());
            progress.advance(step.cursor().step() + 1L, note(step));
            LogPlace.at(LogStep.of(plan.next(step.cursor())));
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Another task was shown meanwhile; the next step begins its phase anew. */
    synchronized void otherTaskShown() {
        shown = Optional.empty();
    }

    @Override
    public void judges(Judges judges) {
        students.by(judges, this::judged);
    }

    private synchronized void judged(JudgedPoint point) {
        try {
            if (metrics.isPresent()) {
                metrics.get().append(point);
            }
            if (curves.isPresent()) {
                Phase phase = Phase.valueOf(point.phase().toUpperCase(Locale.ROOT));
                curves.get().append(plan.committedSteps(new Cursor(point.stage(), phase, point.step())), point);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public synchronized CompletionStage<Void> stepJudged(StageFinished student) {
        return students(() -> students.stepJudged(student)).thenRun(() -> left.startedAt(student.cursor()));
    }

    @Override
    public synchronized CompletionStage<Void> stageFinished(StageFinished stage) {
        trace.happened(
                RunEvent.STAGE_FINISHED,
                "stage " + (stage.cursor().stage() + 1) + " is trained, digest " + stage.digest());
        return students(() -> students.stageFinished(stage));
    }

    private CompletableFuture<Void> students(Runnable work) {
        // Its evaluations are shown next; a step that is done again after them begins its phase anew.
        shown = Optional.empty();
        CompletableFuture<Void> done = CompletableFuture.runAsync(work, stageEnds);
        return done.whenComplete((nothing, error) -> {
            if (error != null) {
                failure.completeExceptionally(error);
            }
        });
    }

    @Override
    public synchronized void close() throws IOException {
        closeFiles();
        trace.close();
    }

    private void closeFiles() throws IOException {
        if (metrics.isPresent()) {
            metrics.get().close();
            metrics = Optional.empty();
        }
        if (badSamples.isPresent()) {
            badSamples.get().close();
            badSamples = Optional.empty();
        }
        if (curves.isPresent()) {
            curves.get().close();
            curves = Optional.empty();
        }
    }

    private void fail(IOException e) {
        failure.completeExceptionally(new UncheckedIOException(
                "cannot write in [" + folder.path() + "]: " + e.getMessage()
                        + "; free space, then run the same command again",
                e));
    }

    private void show(Cursor cursor) {
        Optional<Cursor> phase = Optional.of(new Cursor(cursor.stage(), cursor.phase(), 0));
        if (plan.phaseComplete(cursor) || phase.equals(shown)) {
            return;
        }
        shown = phase;
        String stage = plan.pretrain()
                ? ""
                : "stage " + (cursor.stage() + 1) + " of " + plan.stages().size() + ", ";
        String task = stage + MetricsFile.word(cursor.phase());
        LOG.info("{}: from step {} of {}", task, cursor.step(), plan.steps(cursor));
        progress.begin(task, plan.steps(cursor), cursor.step());
    }

    private String note(StepCommitted step) {
        double divergence = plan.pretrain() ? step.loss() : step.divergence();
        String sparsity = Double.isNaN(step.sparsityExpected())
                ? ""
                : String.format(Locale.ROOT, ", sparsity %.3f", step.sparsityExpected());
        String whole = left.words();
        return String.format(
                Locale.ROOT,
                "%s%s %.3f%s%s, %.0f pairs/s",
                whole.isEmpty() ? "" : whole + ", ",
                plan.pretrain() ? "loss" : "KL",
                divergence,
                sparsity,
                step.bad() == 0 ? "" : ", " + step.bad() + " samples left out",
                plan.globalBatch() / step.seconds());
    }
}
