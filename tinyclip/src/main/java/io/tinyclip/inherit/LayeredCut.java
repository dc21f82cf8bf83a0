package io.tinyclip.inherit;

import io.tinyclip.mask.Costs;
import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.MaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A tower of which every layer has sizes of its own; a list has one group a layer.
 *
 * @param tower before the cut
 */
record LayeredCut(Tower tower, Costs costs, CutGroup width, List<CutGroup> heads, List<CutGroup> neurons)
        implements TowerCut {
    static LayeredCut of(float[] maskSegment, TowerMasks masks, MaskPlan plan, Costs costs) {
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
        return new LayeredCut(masks.tower(), costs, width, heads, neurons);
    }

    @Override
    public List<CutGroup> fine() {
        return IntStream.range(0, heads.size())
                .boxed()
                .flatMap(i -> Stream.of(heads.get(i), neurons.get(i)))
                .toList();
    }

    @Override
    public long counted() {
        double count = 0;
        for (int i = 0; i < heads.size(); i++) {
            count += costs.layer(
                    tower, i, width.size(), heads.get(i).size(), neurons.get(i).size());
        }
        return (long) count;
    }

    @Override
    public TowerKept kept() {
        return TowerKept.of(width, heads, neurons);
    }
}
