package io.tinyclip.mask;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.Set;

/** Refuses plans of mask learning that cannot work. */
public final class MaskPlanCheck {
    /**
     * Least rate x steps of an inherit phase. An Adam step moves {@code logAlpha} by about its rate, and a mask has to
     * travel from {@link HardConcrete#BOUND} to its other side, 9.2 away, for the masks to decide rather than the cut.
     */
    public static final double LEAST_TRAVEL = 10;

    private static final Set<Integer> ROUNDINGS = Set.of(1, 8, 64);

    private MaskPlanCheck() {}

    /** Refuses a run of which an inherit phase cannot reach its target, or whose mask settings make no sense. */
    public static void check(RunPlan plan) {
        check(plan.mask());
        double before = 1;
        for (int stage = 0; stage < plan.stages().size(); stage++) {
            StagePlan now = plan.stages().get(stage);
            if (now.inheritSteps() > 0 && now.keep() < before) {
                checkTravel(plan.mask().rate(), stage, now.inheritSteps());
            }
            before = now.keep();
        }
    }

    private static void check(MaskPlan mask) {
        if (!ROUNDINGS.contains(mask.roundTo())) {
            throw new InvalidInputException("mask round-to [" + mask.roundTo() + "] must be 1, 8 or 64");
        }
        if (mask.minimumHeads() < 0) {
            throw new InvalidInputException("mask minimum-heads [" + mask.minimumHeads() + "] must be 0 or more");
        }
        if (!(mask.targetWarmup() >= 0 && mask.targetWarmup() <= 1)) {
            throw new InvalidInputException(
                    "mask target-warmup [" + mask.targetWarmup() + "] must be a share of the inherit phase, 0 to 1");
        }
    }

    private static void checkTravel(double rate, int stage, int steps) {
        if (rate > 0 && rate * steps >= LEAST_TRAVEL) {
            return;
        }
        String remedy = rate > 0
                ? "use at least [" + (long) Math.ceil(LEAST_TRAVEL / rate) + "] steps or a mask rate of at least ["
                        + LEAST_TRAVEL / steps + "]"
                : "use a positive mask rate";
        throw new InvalidInputException("stage [" + stage + "]: mask rate [" + rate + "] x inherit steps [" + steps
                + "] = [" + rate * steps + "] is under [" + LEAST_TRAVEL
                + "], so the masks cannot reach the sparsity target; " + remedy);
    }
}
