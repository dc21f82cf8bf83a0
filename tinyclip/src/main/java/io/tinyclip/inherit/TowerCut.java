package io.tinyclip.inherit;

import io.tinyclip.mask.Budget;
import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.plan.MaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A tower while a cut settles its sizes; a list has one group a layer. */
record TowerCut(int headWidth, CutGroup width, List<CutGroup> heads, List<CutGroup> neurons) {
    static TowerCut of(float[] maskSegment, TowerMasks masks, MaskPlan plan) {
        TowerSizes sizes = new TowerSizes(masks.tower(), plan);
        CutGroup width = CutGroup.of(
                maskSegment, masks.width(), CutGroup.Sizes.multiples(sizes.widthStep(), sizes.leastWidth()));
        List<CutGroup> heads = new ArrayList<>();
        List<CutGroup> neurons = new ArrayList<>();
        for (int i = 0; i < masks.layers().size(); i++) {
            LayerMasks layer = masks.layers().get(i);
            int least = sizes.leastHeads(masks.tower().layers().get(i));
            CutGroup.Sizes beside = new CutGroup.Sizes(1, least, () -> sizes.mostHeads(width.size()));
            heads.add(CutGroup.of(maskSegment, layer.heads(), beside));
            neurons.add(CutGroup.of(maskSegment, layer.neurons(), CutGroup.Sizes.multiples(plan.roundTo(), 0)));
        }
        return new TowerCut(masks.tower().headWidth(), width, heads, neurons);
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
