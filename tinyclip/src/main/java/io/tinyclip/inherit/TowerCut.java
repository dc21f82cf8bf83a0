package io.tinyclip.inherit;

import io.tinyclip.mask.Costs;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.plan.MaskPlan;
import java.util.List;

/** A tower while a cut settles its sizes. */
sealed interface TowerCut permits LayeredCut, DenseCut {
    static TowerCut of(float[] maskSegment, TowerMasks masks, MaskPlan plan, Costs costs) {
        return plan.countsPadding()
                ? DenseCut.of(maskSegment, masks, plan, costs)
                : LayeredCut.of(maskSegment, masks, plan, costs);
    }

    CutGroup width();

    /** Groups of heads that have a price of their own. */
    List<CutGroup> heads();

    List<CutGroup> neurons();

    /** Heads and neurons; of equal ones the earlier stays. */
    List<CutGroup> fine();

    /** What the budget counts. */
    long counted();

    /** What stays at these sizes. */
    TowerKept kept();
}
