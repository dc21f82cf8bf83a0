package io.tinyclip.inherit;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What a stage is to come to, before it is known of which teacher. */
public sealed interface StageGoal {
    /** Steps of all phases. */
    int steps();

    /** Share of the steps without masks over which the rate falls, where the stage says it. */
    OptionalDouble cooling();

    /** Masks decide which units stay: {@code keep} of the teacher's budget. */
    record Learned(double keep, int inheritSteps, int distillSteps, OptionalDouble targetWarmup, OptionalDouble cooling)
            implements StageGoal {
        /** One that cools as the optimizer's settings say. */
        public Learned(double keep, int inheritSteps, int distillSteps, OptionalDouble targetWarmup) {
            this(keep, inheritSteps, distillSteps, targetWarmup, OptionalDouble.empty());
        }

        @Override
        public int steps() {
            return Math.addExact(inheritSteps, distillSteps);
        }
    }

    /**
     * The student is cut to {@code keep} of the teacher's budget where the stage begins, and what is left is fitted to do what
     * the whole one did, on some batches of training pairs; then it is distilled.
     */
    record Calibrated(double keep, CalibrationPlan calibration, int distillSteps, OptionalDouble cooling)
            implements StageGoal {
        @Override
        public int steps() {
            return distillSteps;
        }
    }

    /** The student is chosen by hand, and only distilled. */
    record Manual(ManualStudent student, int distillSteps, OptionalDouble cooling) implements StageGoal {
        /** One that cools as the optimizer's settings say. */
        public Manual(ManualStudent student, int distillSteps) {
            this(student, distillSteps, OptionalDouble.empty());
        }

        @Override
        public int steps() {
            return distillSteps;
        }
    }

    /** The student before it is distilled as it is. */
    record AsItIs(int distillSteps, OptionalDouble cooling) implements StageGoal {
        /** One that cools as the optimizer's settings say. */
        public AsItIs(int distillSteps) {
            this(distillSteps, OptionalDouble.empty());
        }

        @Override
        public int steps() {
            return distillSteps;
        }
    }

    /** The student before it is distilled with a token table that is a product of this rank. */
    record Factorised(int tokenRank, int distillSteps, OptionalDouble cooling) implements StageGoal {
        /** One that cools as the optimizer's settings say. */
        public Factorised(int tokenRank, int distillSteps) {
            this(tokenRank, distillSteps, OptionalDouble.empty());
        }

        @Override
        public int steps() {
            return distillSteps;
        }
    }

    /** The stages for a teacher that the student begins as, with a budget in parameters; otherwise as the other. */
    static List<StagePlan> plans(ModelShape teacher, List<StageGoal> goals) {
        return plans(teacher, teacher, goals, BudgetPlan.PARAMETERS);
    }

    /**
     * The stages for a teacher. Whether their token tables can be is {@link Factorisation#requirePossible}'s to say.
     *
     * @param start the student's shape at the start
     * @param budget what a stage keeps a share of
     * @throws InvalidInputException if a stage does not fit the model before it, or does not keep a percent less
     */
    static List<StagePlan> plans(ModelShape teacher, ModelShape start, List<StageGoal> goals, BudgetPlan budget) {
        List<StagePlan> plans = new ArrayList<>();
        ModelShape before = start;
        double bound = ManualInheritance.keep(start, teacher, budget);
        for (StageGoal goal : goals) {
            String where = "stage " + (plans.size() + 1) + ": ";
            StagePlan plan = new StagePlace(where, before, teacher, bound, budget)
                    .plan(goal)
                    .cooling(goal.cooling());
            plans.add(plan);
            bound = plan.keep();
            before = plan.shape(before);
        }
        return plans;
    }
}
