package io.tinyclip.plan;

import java.util.List;

/**
 * Everything about a run that decides its bits, apart from the contents of teacher and data.
 *
 * @param seed of every random choice
 * @param globalBatch N, pairs in a step
 * @param partitions V, a power of two that divides N
 * @param views distinct random views of each pair; pass k uses view k mod views, so steps recur with a fixed period and
 *     the teacher's embeddings can be kept
 * @param stages in order; exactly one for pretrain
 * @param pretrain whether this trains from scratch
 * @param wire what is rounded to travel in fewer bytes
 * @param loss what the steps minimise
 * @param startKeep share of the teacher's budget that the student has at the start, above 0 and at most 1; less
 *     than 1 where it begins as a smaller model than the teacher
 */
public record RunPlan(
        long seed,
        int globalBatch,
        int partitions,
        int views,
        List<StagePlan> stages,
        boolean pretrain,
        OptimizerPlan optimizer,
        MaskPlan mask,
        WirePlan wire,
        LossPlan loss,
        double startKeep) {
    public RunPlan {
        stages = List.copyOf(stages);
        if (!(startKeep > 0 && startKeep <= 1)) {
            throw new IllegalArgumentException("startKeep [" + startKeep + "] must be above 0 and at most 1");
        }
        if (pretrain && loss.taught()) {
            throw new IllegalArgumentException("a run from scratch has no teacher for [" + loss + "]");
        }
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("a run needs a stage");
        }
    }

    /** A run in which nothing is rounded, on the affinity loss, or from scratch on the contrastive one. */
    public RunPlan(
            long seed,
            int globalBatch,
            int partitions,
            int views,
            List<StagePlan> stages,
            boolean pretrain,
            OptimizerPlan optimizer,
            MaskPlan mask) {
        this(
                seed,
                globalBatch,
                partitions,
                views,
                stages,
                pretrain,
                optimizer,
                mask,
                WirePlan.FP32,
                pretrain ? LossPlan.CONTRASTIVE : LossPlan.AFFINITY,
                1);
    }

    /** The same run with other rounding. */
    public RunPlan with(WirePlan other) {
        return new RunPlan(
                seed, globalBatch, partitions, views, stages, pretrain, optimizer, mask, other, loss, startKeep);
    }

    /** The same run on another loss. */
    public RunPlan with(LossPlan other) {
        return new RunPlan(
                seed, globalBatch, partitions, views, stages, pretrain, optimizer, mask, wire, other, startKeep);
    }

    /** B, pairs in a partition. */
    public int partitionSize() {
        return globalBatch / partitions;
    }

    /** The first step of the run. */
    public Cursor start() {
        return start(0);
    }

    /** The first step of a stage. */
    public Cursor start(int stage) {
        Phase compressing = stages.get(stage).inheritSteps() == 0 ? Phase.DISTILL : Phase.INHERIT;
        return new Cursor(stage, pretrain ? Phase.PRETRAIN : compressing, 0);
    }

    /** Steps of the phase that the cursor is in. */
    public int steps(Cursor cursor) {
        StagePlan stage = stages.get(cursor.stage());
        return cursor.phase() == Phase.INHERIT ? stage.inheritSteps() : stage.trainSteps();
    }

    /** The cursor after a step was committed: it equals {@code steps} where the phase is complete. */
    public Cursor next(Cursor cursor) {
        return new Cursor(cursor.stage(), cursor.phase(), cursor.step() + 1);
    }

    /** Whether every step of the cursor's phase is committed. */
    public boolean phaseComplete(Cursor cursor) {
        return cursor.step() >= steps(cursor);
    }

    /** Steps committed before the cursor in its stage: the position in the data, which restarts with each stage. */
    public long dataPosition(Cursor cursor) {
        return cursor.phase() == Phase.DISTILL
                ? (long) stages.get(cursor.stage()).inheritSteps() + cursor.step()
                : cursor.step();
    }

    /** Steps committed before the cursor in the whole run. */
    public long committedSteps(Cursor cursor) {
        long before = 0;
        for (StagePlan stage : stages.subList(0, cursor.stage())) {
            before += stage.steps();
        }
        return before + dataPosition(cursor);
    }
}
