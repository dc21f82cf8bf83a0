package io.tinyclip.inherit;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What a stage is to come to, before it is known of which teacher. */
public sealed interface StageGoal {
    /** Steps of all phases. */
    int steps();

    /** Masks decide which units stay: {@code keep} of the teacher's budget. */
    record Learned(double keep, int inheritSteps, int distillSteps, OptionalDouble targetWarmup) implements StageGoal {
        @Override
        public int steps() {
            return Math.addExact(inheritSteps, distillSteps);
        }
    }

    /** The student is chosen by hand, and only distilled. */
    record Manual(ManualStudent student, int distillSteps) implements StageGoal {
        @Override
        public int steps() {
            return distillSteps;
        }
    }

    /** The student before it is distilled as it is. */
    record AsItIs(int distillSteps) implements StageGoal {
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
     * The stages for a teacher.
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
            StagePlan plan = new StagePlace(where, before, teacher, bound, budget).plan(goal);
            plans.add(plan);
            bound = plan.keep();
            before = plan.student().orElse(before);
        }
        return plans;
    }
}
