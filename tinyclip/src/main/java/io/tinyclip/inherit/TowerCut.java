package io.tinyclip.inherit;

import io.tinyclip.mask.Budget;
import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.plan.MaskPlan;
import java.util.List;
import java.util.stream.IntStream;

/** A tower while a cut settles its sizes; a list has one group a layer. */
record TowerCut(int headWidth, CutGroup width, List<CutGroup> heads, List<CutGroup> neurons) {
    static TowerCut of(float[] maskSegment, TowerMasks masks, MaskPlan plan) {
        return new TowerCut(
                masks.tower().headWidth(),
                CutGroup.of(maskSegment, masks.width(), plan.roundTo(), plan.roundTo()),
                masks.layers().stream()
                        .map(LayerMasks::heads)
                        .map(heads -> CutGroup.of(maskSegment, heads, 1, plan.minimumHeads()))
                        .toList(),
                masks.layers().stream()
                        .map(LayerMasks::neurons)
                        .map(neurons -> CutGroup.of(maskSegment, neurons, plan.roundTo(), 0))
                        .toList());
    }

    long counted() {
        double count = 0;
        for (int i = 0; i < heads.size(); i++) {
            count += Budget.layer(
                    width.size(), headWidth, heads.get(i).size(), neurons.get(i).size());
        }
        return (long) count;
    }

    TowerKept kept() {
        return new TowerKept(
                width.kept(),
                IntStream.range(0, heads.size())
                        .mapToObj(i -> new LayerKept(
                                heads.get(i).kept(), neurons.get(i).kept()))
                        .toList());
    }
}
