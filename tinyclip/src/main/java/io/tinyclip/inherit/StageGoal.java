package io.tinyclip.inherit;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a stage is to come to, before it is known of which teacher. */
public sealed interface StageGoal {
    /** Of the whole. */
    int PERCENT = 100;

    /** Steps of all phases. */
    int steps();

    /** Share of the steps without masks over which the rate falls, where the stage says it. */
    OptionalDouble cooling();

    /** Masks decide which units stay: {@code keep} of the teacher's counted parameters. */
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

    /** The stages for a teacher that the student begins as; otherwise as {@link #plans(ModelShape, ModelShape, List)}. */
    static List<StagePlan> plans(ModelShape teacher, List<StageGoal> goals) {
        return plans(teacher, teacher, goals);
    }

    /**
     * The stages for a teacher.
     *
     * @param start the student's shape at the start
     * @throws InvalidInputException if a stage does not fit the model before it, or does not keep a percent less
     */
    static List<StagePlan> plans(ModelShape teacher, ModelShape start, List<StageGoal> goals) {
        List<StagePlan> plans = new ArrayList<>();
        ModelShape before = start;
        double bound = ManualInheritance.keep(start, teacher);
        for (StageGoal goal : goals) {
            String where = "stage " + (plans.size() + 1) + ": ";
            StagePlan plan = plan(goal, before, teacher, bound, where).cooling(goal.cooling());
            plans.add(plan);
            bound = plan.keep();
            before = plan.shape(before);
        }
        return plans;
    }

    private static StagePlan plan(StageGoal goal, ModelShape before, ModelShape teacher, double bound, String where) {
        if (goal instanceof AsItIs same) {
            return StagePlan.asItIs(bound, same.distillSteps);
        }
        if (goal instanceof Factorised factorised) {
            return factorised(factorised, before, bound, where);
        }
        return goal instanceof Manual manual
                ? manual(manual, before, teacher, bound, where)
                : learned((Learned) goal, bound, where);
    }

    /** @param before its width is the most that masks leave of it */
    private static StagePlan factorised(Factorised goal, ModelShape before, double bound, String where) {
        int width = before.text().width();
        int rank = before.text().tokenRank();
        if (width > Factorisation.LARGEST_WIDTH) {
            throw new InvalidInputException(where + "token-rank needs a text width of at most ["
                    + Factorisation.LARGEST_WIDTH + "], but it is [" + width + "]; leave token-rank out");
        }
        if (goal.tokenRank >= width) {
            throw new InvalidInputException(where + "token-rank [" + goal.tokenRank + "] must be below the text width ["
                    + width + "], or the product is no smaller than the table; lower it");
        }
        if (rank > 0 && goal.tokenRank >= rank) {
            throw new InvalidInputException(where + "token-rank [" + goal.tokenRank + "] must be below the rank ["
                    + rank + "] that the token table has already; lower it, or leave token-rank out");
        }
        return StagePlan.factorised(bound, goal.tokenRank, goal.distillSteps);
    }

    private static StagePlan manual(Manual manual, ModelShape before, ModelShape teacher, double bound, String where) {
        ModelShape student = student(manual, before, where);
        double keep = ManualInheritance.keep(student, teacher);
        requireLess(keep, bound, where);
        return StagePlan.manual(keep, student, manual.distillSteps);
    }

    private static StagePlan learned(Learned learned, double bound, String where) {
        requireLess(learned.keep, bound, where);
        return new StagePlan(
                learned.keep, learned.inheritSteps, learned.distillSteps, learned.targetWarmup, Optional.empty());
    }

    /** A stage's model folder is named by its percent. */
    private static void requireLess(double keep, double bound, String where) {
        if (percent(keep) < 1 || percent(keep) >= percent(bound)) {
            throw new InvalidInputException(where + "the student keeps [" + keep
                    + "] of the teacher's parameters; it must be a percent at least, and a percent or more below ["
                    + bound
                    + "], as each stage keeps less than the last");
        }
    }

    private static ModelShape student(Manual manual, ModelShape before, String where) {
        try {
            return manual.student.of(before);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(where + e.getMessage(), e);
        }
    }

    private static long percent(double keep) {
        return Math.round(keep * PERCENT);
    }
}
