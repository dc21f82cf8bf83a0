package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.calibrate.StageCut;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BadLimit;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.StepCompute;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * All that an embedded run needs.
 *
 * @param plan decides the bits
 * @param teacher shape of the model that keeps are shares of; the new model's for pretrain
 * @param start shape of the student at the start: mostly the teacher's
 * @param tokenRows rows of the token table that are in the vector
 * @param startVector makes (P,) of the unmasked layout of {@code start}, the teacher's weights or random ones, the same at
 *     each call; asked where a run begins, or begins again
 * @param manualUnits by stage, the units of a student chosen by hand that does not take the first; see {@link
 *     io.tinyclip.inherit.ManualUnits}
 * @param calibrated cuts students that are to be cut by calibration
 * @param workers how many worker actors
 * @param servers how many parameter servers
 * @param threads partitions computed at a time, over all workers of this JVM
 * @param compute makes one worker's tensor work
 * @param checkpoints where checkpoints go; the run resumes from the newest good one
 * @param checkpointSteps steps between checkpoints; each stage ends with one in any case
 * @param badLimit how many samples the run may do without
 * @param judging how its students are judged
 */
public record RunSetup(
        RunPlan plan,
        ModelShape teacher,
        ModelShape start,
        int tokenRows,
        Supplier<FloatVector> startVector,
        SortedMap<Integer, Kept> manualUnits,
        StageCut calibrated,
        int workers,
        int servers,
        int threads,
        Supplier<StepCompute> compute,
        CheckpointStore checkpoints,
        int checkpointSteps,
        BadLimit badLimit,
        JudgingSetup judging) {
    /** A run that begins as the teacher is, and does without any number of samples. */
    public RunSetup(
            RunPlan plan,
            ModelShape start,
            int tokenRows,
            Supplier<FloatVector> startVector,
            SortedMap<Integer, Kept> manualUnits,
            int workers,
            int servers,
            int threads,
            Supplier<StepCompute> compute,
            CheckpointStore checkpoints,
            int checkpointSteps) {
        this(
                plan,
                start,
                start,
                tokenRows,
                startVector,
                manualUnits,
                StageCut.NONE,
                workers,
                servers,
                threads,
                compute,
                checkpoints,
                checkpointSteps,
                BadLimit.NONE,
                JudgingSetup.NONE);
    }

    public RunSetup {
        manualUnits = Collections.unmodifiableSortedMap(new TreeMap<>(manualUnits));
    }

    /** The same run, judged like this. */
    public RunSetup with(JudgingSetup how) {
        return with(calibrated, how);
    }

    /** The same run, whose students are cut by calibration like this. */
    public RunSetup with(StageCut cut) {
        return with(cut, judging);
    }

    private RunSetup with(StageCut cut, JudgingSetup how) {
        return new RunSetup(
                plan,
                teacher,
                start,
                tokenRows,
                startVector,
                manualUnits,
                cut,
                workers,
                servers,
                threads,
                compute,
                checkpoints,
                checkpointSteps,
                badLimit,
                how);
    }

    RunRules rules(RunPolicy policy) {
        return new RunRules(
                plan, manualUnits, checkpointSteps, judging.everySteps(), workers, servers, policy.with(badLimit));
    }

    /** Where a run without a checkpoint begins. */
    Position startPosition() {
        Layout layout = Layout.of(start, tokenRows, false, plan.pretrain());
        WidthMap widthMap = WidthMap.identity(start.text().width());
        return new Position(plan.start(), layout, 0, widthMap, 1 - plan.startKeep());
    }
}
