package io.tinyclip.plan;

/** Learning rates and sparsity target of every step: pure functions of the plan and the cursor. */
public final class Schedule {
    private Schedule() {}

    /**
     * What the commit of a step applies.
     *
     * <p>Weights: linear warm-up over the inherit phase (TinyCLIP's recipe), or over {@code warmupSteps} where there is no
     * inherit phase, then a cosine to 0 over the stage's remaining steps, or over the last of them where the rate stays at its
     * peak until it cools.
     */
    public static Rates rates(RunPlan plan, Cursor cursor) {
        double weights = weightRate(plan, cursor);
        if (cursor.phase() != Phase.INHERIT) {
            return new Rates(
                    weights, 0, 0, 1 - plan.stages().get(cursor.stage()).keep());
        }
        return new Rates(weights, plan.mask().rate(), plan.mask().multiplierRate(), sparsityTarget(plan, cursor));
    }

    /** Share of the teacher's counted parameters that should be gone at this step; rises linearly over the warm-up. */
    static double sparsityTarget(RunPlan plan, Cursor cursor) {
        StagePlan stage = plan.stages().get(cursor.stage());
        double from = cursor.stage() == 0
                ? 1 - plan.startKeep()
                : 1 - plan.stages().get(cursor.stage() - 1).keep();
        double to = 1 - stage.keep();
        double share = stage.targetWarmup().orElse(plan.mask().targetWarmup());
        double warmup = Math.max(1, Math.rint(share * stage.inheritSteps()));
        return from + (to - from) * Math.min(1.0, (cursor.step() + 1) / warmup);
    }

    private static double weightRate(RunPlan plan, Cursor cursor) {
        StagePlan stage = plan.stages().get(cursor.stage());
        double peak = plan.optimizer().rate();
        if (cursor.phase() == Phase.INHERIT) {
            return peak * (cursor.step() + 1) / stage.inheritSteps();
        }
        int warmup = stage.inheritSteps() == 0 ? plan.optimizer().warmupSteps() : 0;
        if (cursor.step() < warmup) {
            return peak * (cursor.step() + 1) / warmup;
        }
        double progress = (double) (cursor.step() - warmup) / Math.max(1, stage.trainSteps() - warmup);
        double cooling = plan.optimizer().cooling();
        double cooled = Math.max(0, (progress - (1 - cooling)) / cooling);
        return peak * 0.5 * (1 + StrictMath.cos(StrictMath.PI * cooled));
    }
}
