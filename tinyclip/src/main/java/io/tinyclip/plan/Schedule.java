package io.tinyclip.plan;

/** Learning rates and sparsity target of every step: pure functions of the plan and the cursor. */
public final class Schedule {
    private Schedule() {}

    /**
     * What the commit of a step applies.
     *
     * <p>Weights: linear warm-up over the inherit phase (TinyCLIP's recipe) or a share of it, or over {@code warmupSteps} where
     * there is no inherit phase, then a cosine to 0 over the stage's remaining steps, or over the last of them where the rate
     * stays at its peak until it cools. A stage that does not cool hands its rate on to the next, which needs no warm-up. Until
     * a stage cools, all rates may be a share of the peak; it then rises to that over {@code warmupSteps}.
     */
    public static Rates rates(RunPlan plan, Cursor cursor) {
        double weights = weightRate(plan, cursor);
        if (cursor.phase() != Phase.INHERIT) {
            return new Rates(
                    weights, 0, 0, 1 - plan.stages().get(cursor.stage()).keep());
        }
        return new Rates(weights, plan.mask().rate(), plan.mask().multiplierRate(), sparsityTarget(plan, cursor));
    }

    /** Share of the teacher's budget that should be gone at this step; rises linearly over the warm-up. */
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
        Pace pace = plan.optimizer().pace();
        double peak = plan.optimizer().rate();
        if (cursor.phase() == Phase.INHERIT) {
            double steps = pace.inheritWarmup() * stage.inheritSteps();
            double held = pace.inheritRate() * peak;
            return goesOn(plan, cursor.stage()) ? held : warm(held, cursor.step(), steps);
        }
        double cooling = cooling(plan, stage);
        double top = cooling == 0 ? pace.inheritRate() * peak : peak;
        int warmup = stage.inheritSteps() == 0 && !goesOn(plan, cursor.stage()) ? pace.warmupSteps() : 0;
        if (cursor.step() < warmup) {
            return warm(top, cursor.step(), warmup);
        }
        if (cooling == 0) {
            return top;
        }
        double progress = (double) (cursor.step() - warmup) / Math.max(1, stage.trainSteps() - warmup);
        double cooled = Math.max(0, (progress - (1 - cooling)) / cooling);
        double rising = warmup > 0 ? 1 : rise(pace, cursor.step());
        return rising * peak * 0.5 * (1 + StrictMath.cos(StrictMath.PI * cooled));
    }

    /** From the share of the peak that the rate had to all of it. */
    private static double rise(Pace pace, int step) {
        double share = pace.inheritRate();
        return step + 1 < pace.warmupSteps() ? share + (1 - share) * (step + 1) / pace.warmupSteps() : 1;
    }

    private static double warm(double peak, int step, double steps) {
        return step + 1 <= steps ? peak * (step + 1) / steps : peak;
    }

    private static double cooling(RunPlan plan, StagePlan stage) {
        return stage.cooling().orElse(plan.optimizer().pace().cooling());
    }

    /** Whether the rate is at its peak already where a stage begins. */
    private static boolean goesOn(RunPlan plan, int stage) {
        return stage > 0 && cooling(plan, plan.stages().get(stage - 1)) == 0;
    }
}
