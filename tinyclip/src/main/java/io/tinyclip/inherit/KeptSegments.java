package io.tinyclip.inherit;

import io.tinyclip.inherit.UnitTensor.Side;
import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each tensor of a smaller student is, of the larger model's: the rows and columns of the units that stay.
 *
 * <p>Where the masked forward multiplies a mask in, a cut multiplies it into the weights that write there. All else is only
 * cut, since layer norms write the kept channels unmasked.
 */
final class KeptSegments {
    private static final int[] NOTHING = {};

    private final Layout before;
    private final Layout after;
    private final float[] soft;
    /** By where a group of units begins in the mask segment. */
    private final Map<Integer, int[]> kept = new TreeMap<>();

    private KeptSegments(Layout before, Layout after, float[] soft) {
        this.before = before;
        this.after = after;
        this.soft = soft;
    }

    /** See {@link Gather#of}. */
    static List<SegmentGather> cut(Layout before, Layout after, Kept kept, float[] maskSegment) {
        requireAlike(before, after);
        if (!after.shape().equals(kept.shapeAfter(before.shape()))) {
            throw new IllegalArgumentException("the layout after the cut is not that of the kept units");
        }
        MaskIndex index = MaskIndex.of(before);
        return new KeptSegments(before, after, index.soft(maskSegment)).of(index, kept);
    }

    /** See {@link Gather#chosen}. */
    static List<SegmentGather> chosen(Layout before, Layout after, Kept kept) {
        requireAlike(before, after);
        Layout masked = Layout.of(before.shape(), before.tokenRows(), true, before.logitScaleLearned());
        MaskIndex index = MaskIndex.of(masked);
        float[] open = new float[index.size()];
        Arrays.fill(open, 1);
        return new KeptSegments(masked, after, open).of(index, kept);
    }

    private static void requireAlike(Layout before, Layout after) {
        if (after.masked() || after.tokenRows() != before.tokenRows()) {
            throw new IllegalArgumentException(
                    "a smaller student has no masks, and the token rows of the model before");
        }
    }

    private List<SegmentGather> of(MaskIndex index, Kept units) {
        keep(index.image(), units.image());
        keep(index.text(), units.text());
        Map<String, UnitTensor> tensors = UnitTensors.of(before);
        SourceNames names = SourceNames.of(before, after);
        List<SegmentGather> segments = new ArrayList<>();
        for (Segment to : after.segments()) {
            Segment from = before.segment(names.of(to.name()));
            UnitTensor tensor = tensors.get(from.name());
            if (tensor == null) {
                throw new IllegalStateException("no units are known of [" + from.name() + "]");
            }
            segments.add(new SegmentGather(from, to, axis(tensor.rows()), axis(tensor.columns())));
        }
        return segments;
    }

    private void keep(TowerMasks masks, TowerKept units) {
        keep(masks.width(), units.width());
        int depth = units.layers().size();
        for (int i = 0; i < depth; i++) {
            LayerMasks layer =
                    masks.layers().get(SourceNames.layer(i, masks.layers().size(), depth));
            keep(layer.heads(), units.layers().get(i).heads());
            keep(layer.neurons(), units.layers().get(i).neurons());
        }
    }

    private void keep(MaskGroup group, int[] units) {
        TowerKept.requireBelow("units", units, group.size());
        if (group.size() > 0) {
            kept.put(group.from(), units);
        }
    }

    private Axis axis(Side side) {
        if (!side.hasUnits()) {
            return Axis.all(side.size());
        }
        MaskGroup units = side.units();
        Axis axis = Axis.cut(units.size(), kept.getOrDefault(units.from(), NOTHING));
        Axis scaled = side.masked() ? axis.times(soft, units) : axis;
        return scaled.expand(side.inner()).repeat(side.times());
    }
}
