package io.tinyclip.inherit;

import io.tinyclip.mask.Costs;
import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.MaskPlan;
import java.util.List;

/**
 * A tower whose budget counts it as formats with uniform layers hold it. Its price depends on two sizes alone: the width,
 * which has room for so many heads in every layer, and the most neurons of a layer. Whatever lies below is paid for anyhow, so
 * every layer keeps as many heads as fit, and as many neurons as the one with the most, as far as it has them.
 *
 * @param tower before the cut
 * @param together the neurons of all layers at once
 * @param layerHeads the heads of each layer
 * @param layerNeurons the neurons of each layer
 */
record DenseCut(
        Tower tower,
        Costs costs,
        CutGroup width,
        CutGroup together,
        List<CutGroup> layerHeads,
        List<CutGroup> layerNeurons)
        implements TowerCut {
    static DenseCut of(float[] maskSegment, TowerMasks masks, MaskPlan plan, Costs costs) {
        TowerSizes sizes = new TowerSizes(masks.tower(), plan);
        CutGroup width = CutGroup.of(
                maskSegment, masks.width(), CutGroup.Sizes.multiples(sizes.widthStep(), sizes.leastWidth()));
        CutGroup.Sizes single = CutGroup.Sizes.multiples(1, 0);
        List<CutGroup> heads = masks.layers().stream()
                .map(layer -> CutGroup.of(maskSegment, layer.heads(), single))
                .toList();
        List<CutGroup> neurons = masks.layers().stream()
                .map(LayerMasks::neurons)
                .map(group -> CutGroup.of(maskSegment, group, single))
                .toList();
        CutGroup together = CutGroup.together(neurons, CutGroup.Sizes.multiples(plan.roundTo(), 0));
        return new DenseCut(masks.tower(), costs, width, together, heads, neurons);
    }

    /** None: they come with the width. */
    @Override
    public List<CutGroup> heads() {
        return List.of();
    }

    @Override
    public List<CutGroup> neurons() {
        return List.of(together);
    }

    @Override
    public List<CutGroup> fine() {
        return neurons();
    }

    @Override
    public long counted() {
        return costs.padded(tower, width.size(), together.size());
    }

    @Override
    public TowerKept kept() {
        layerHeads.forEach(group -> group.resizeTo(width.size() / tower.headWidth()));
        layerNeurons.forEach(group -> group.resizeTo(together.size()));
        return TowerKept.of(width, layerHeads, layerNeurons);
    }
}
