package io.tinyclip.actors.run;

import io.tinyclip.actors.judge.Judges;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Rates;
import io.tinyclip.step.LeftOut;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** What a run tells whoever started it. Calls come one at a time, in order, never on a thread that computes. */
public interface RunListener {
    /**
     * A committed step.
     *
     * @param cursor the step
     * @param loss mean loss over the global batch
     * @param divergence Kullback-Leibler divergence of student from teacher: loss less the targets' entropy
     * @param gradientNorm global norm before clipping
     * @param sparsityExpected share of the teacher's budget that the masks leave out; NaN without masks
     * @param rates what the commit applied
     * @param skipped whether the norm was not finite and the update was left out
     * @param seconds since the step before was committed
     * @param leftOut the step's samples that cannot be used
     * @param bad as many as were left out in the run so far, this step included
     */
    record StepCommitted(
            Cursor cursor,
            double loss,
            double divergence,
            double gradientNorm,
            double sparsityExpected,
            Rates rates,
            boolean skipped,
            double seconds,
            LeftOut leftOut,
            long bad) {}

    /**
     * The end of a stage.
     *
     * @param cursor complete: its step equals the steps of the stage's last phase
     * @param layout of the vector
     * @param vector (P,) the student, without masks
     * @param widthMap which of the teacher's text channels the student has, and the factors they took; behind a cut by calibration
     *     that made the text tower narrower, which of the channels that it left
     * @param sparsity expected share left out, just before the cut; 0 for pretrain
     * @param digest the state digest
     * @param bad samples that were left out in the run so far
     */
    record StageFinished(
            Cursor cursor,
            Layout layout,
            FloatVector vector,
            WidthMap widthMap,
            double sparsity,
            String digest,
            long bad) {}

    /** What happens to a run beside its steps, for whoever looks at it later. */
    enum RunEvent {
        /** A process leads from now on. */
        LEADS,
        /** The first step comes next. */
        BEGUN,
        /** An earlier process, or leader, has done the steps before. */
        WENT_ON,
        /** Steps that were told are done again. */
        WENT_BACK,
        STAGE_FINISHED,
        JOINED,
        LEAVES,
        DIED,
        BROKE_DOWN,
        TURNED_AWAY,
        /** Partitions of the step under way are computed by others. */
        LEASED_AGAIN,
        /** The run waits, or does without somebody. */
        WAITED,
        /** A step came to samples that cannot be used. */
        BAD_SAMPLES,
        /** A norm was not finite, and the update was left out. */
        SKIPPED;

        /** Such as {@code leased-again}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How many committed steps of the run are told, under whatever coordinator; empty where that is not kept. */
    default OptionalLong told() {
        return OptionalLong.empty();
    }

    /** The run starts, or goes on, at this cursor. Steps at and after it come (again). */
    void started(Cursor cursor);

    /** How open the masks are with which a step was computed; told just before the step, in some steps of an inherit phase. */
    default void masks(Cursor cursor, MaskShares shares) {}

    void stepCommitted(StepCommitted step);

    /** Who embeds for this listener, while it is told of a student; told before anything else. */
    default void judges(Judges judges) {}

    /**
     * Called once a checkpoint of a step that is to be judged is written, and again where a run resumes from that checkpoint.
     * The next step begins when the returned stage completes.
     *
     * @param student as at the end of a stage, but for its cursor
     */
    CompletionStage<Void> stepJudged(StageFinished student);

    /** Something that a person who looks at the run later wants to know; from any thread, and must not block. @param text a line */
    default void happened(RunEvent event, String text) {}

    /**
     * Called once a stage's checkpoint is written, and again where a run resumes from that checkpoint. The next stage
     * starts when the returned stage completes.
     */
    CompletionStage<Void> stageFinished(StageFinished stage);
}
