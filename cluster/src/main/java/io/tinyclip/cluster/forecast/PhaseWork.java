package io.tinyclip.cluster.forecast;

import io.tinyclip.mask.Costs;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one phase of a stage computes. While masks are learned, the whole student before the cut is computed, whatever they have
 * closed: it gets cheaper at the cut.
 *
 * @param stage counted from 0
 * @param steps of the phase
 * @param layout of the student's vector in it
 * @param nominal whether masks or a calibration decided the shape, which is then {@link NominalShape}'s
 * @param position steps of the stage before the phase
 */
public record PhaseWork(int stage, Phase phase, int steps, Layout layout, boolean nominal, long position) {
    /**
     * The phases of a run in their order.
     *
     * @param start shape of the student at the start
     * @param tokenRows rows of the token table that are in the vector
     */
    static List<PhaseWork> of(RunPlan plan, ModelShape teacher, ModelShape start, int tokenRows) {
        List<PhaseWork> phases = new ArrayList<>();
        ModelShape whole = start;
        ModelShape now = start;
        boolean nominal = false;
        Costs costs = Costs.of(plan.mask().budget(), teacher);
        for (int i = 0; i < plan.stages().size(); i++) {
            StagePlan stage = plan.stages().get(i);
            whole = stage.shape(whole);
            now = stage.student().isPresent() ? whole : stage.shape(now);
            boolean learned = stage.inheritSteps() > 0;
            if (learned) {
                Layout masked = Layout.of(now, tokenRows, true, false);
                phases.add(new PhaseWork(i, Phase.INHERIT, stage.inheritSteps(), masked, nominal, 0));
            }
            if (stage.decides()) {
                boolean narrows = learned || stage.calibration().orElseThrow().width();
                now = NominalShape.of(whole, costs.target(stage.keep()), costs, narrows);
                nominal = true;
            }
            Layout plain = Layout.of(now, tokenRows, false, plan.pretrain());
            Phase last = plan.pretrain() ? Phase.PRETRAIN : Phase.DISTILL;
            phases.add(new PhaseWork(i, last, stage.trainSteps(), plain, nominal, stage.inheritSteps()));
        }
        return phases;
    }

    ModelShape shape() {
        return layout.shape();
    }

    /** Such as {@code stage 1 inherit}. */
    public String name() {
        return "stage " + (stage + 1) + " " + phase.name().toLowerCase(Locale.ROOT);
    }
}
