package io.tinyclip.inherit;

import io.tinyclip.mask.TowerMasks;
import io.tinyclip.plan.MaskPlan;
import java.util.List;

/** A tower while a cut settles its sizes. */
sealed interface TowerCut permits LayeredCut, DenseCut {
    static TowerCut of(float[] maskSegment, TowerMasks masks, MaskPlan plan) {
        return plan.countsPadding() ? DenseCut.of(maskSegment, masks, plan) : LayeredCut.of(maskSegment, masks, plan);
    }

    CutGroup width();

    /** Groups of heads that have a price of their own. */
    List<CutGroup> heads();

    List<CutGroup> neurons();

    /** Heads and neurons; of equal ones the earlier stays. */
    List<CutGroup> fine();

    /** Parameters as the budget counts them. */
    long counted();

    /** What stays at these sizes. */
    TowerKept kept();
}
