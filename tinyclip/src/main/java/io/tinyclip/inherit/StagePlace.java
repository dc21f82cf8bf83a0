package io.tinyclip.inherit;

import io.tinyclip.inherit.StageGoal.AsItIs;
import io.tinyclip.inherit.StageGoal.Calibrated;
import io.tinyclip.inherit.StageGoal.Factorised;
import io.tinyclip.inherit.StageGoal.Learned;
import io.tinyclip.inherit.StageGoal.Manual;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.StagePlan;
import java.util.Optional;

/**
 * Where in a schedule a stage stands.
 *
 * @param where in front of a refusal
 * @param before the student that it begins with
 * @param bound share of the teacher's budget that this has
 */
record StagePlace(String where, ModelShape before, ModelShape teacher, double bound, BudgetPlan budget) {
    private static final int PERCENT = 100;

    StagePlan plan(StageGoal goal) {
        if (goal instanceof AsItIs same) {
            return StagePlan.asItIs(bound, same.distillSteps());
        }
        if (goal instanceof Factorised factorised) {
            return StagePlan.factorised(bound, factorised.tokenRank(), factorised.distillSteps());
        }
        if (goal instanceof Calibrated calibrated) {
            requireLess(calibrated.keep());
            return StagePlan.calibrated(calibrated.keep(), calibrated.calibration(), calibrated.distillSteps());
        }
        return goal instanceof Manual manual ? manual(manual) : learned((Learned) goal);
    }

    private StagePlan manual(Manual manual) {
        ModelShape student = student(manual);
        double keep = ManualInheritance.keep(student, teacher, budget);
        requireLess(keep);
        return StagePlan.manual(keep, student, manual.distillSteps());
    }

    private StagePlan learned(Learned learned) {
        requireLess(learned.keep());
        return new StagePlan(
                learned.keep(),
                learned.inheritSteps(),
                learned.distillSteps(),
                learned.targetWarmup(),
                Optional.empty());
    }

    /** A stage's model folder is named by its percent. */
    private void requireLess(double keep) {
        if (percent(keep) < 1 || percent(keep) >= percent(bound)) {
            throw new InvalidInputException(where + "the student keeps [" + keep + "] of the teacher's "
                    + budget.unit().word() + "; it must be a percent at least, and a percent or more below [" + bound
                    + "], as each stage keeps less than the last");
        }
    }

    private ModelShape student(Manual manual) {
        try {
            return manual.student().of(before);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(where + e.getMessage(), e);
        }
    }

    private static long percent(double keep) {
        return Math.round(keep * PERCENT);
    }
}
