package io.tinyclip.mask;

import io.tinyclip.inherit.Cut;
import io.tinyclip.inherit.Kept;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.MaskPlan;

/** A budget in parameters, for tests. */
public final class ParameterBudget {
    private ParameterBudget() {}

    /** Counted parameters of both towers. */
    public static long counted(ModelShape shape) {
        return Costs.of(BudgetPlan.PARAMETERS, shape).teacher();
    }

    /** What a student may have of the teacher's. */
    public static long target(double keep, long teacherCounted) {
        return Math.round(keep * teacherCounted);
    }

    /** The units that stay of a student whose teacher it is itself. */
    public static Kept cut(Layout masked, float[] maskSegment, long target, MaskPlan plan) {
        return Cut.cut(masked, maskSegment, target, plan, Costs.of(BudgetPlan.PARAMETERS, masked.shape()));
    }

    /** Without padding. */
    static Sparsity sparsity(Layout masked, long teacherCounted) {
        return sparsity(masked, teacherCounted, false);
    }

    /** Of a teacher that counts so much. */
    static Sparsity sparsity(Layout masked, long teacherCounted, boolean countsPadding) {
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, masked.shape());
        return Sparsity.of(masked, costs, teacherCounted, countsPadding);
    }
}
