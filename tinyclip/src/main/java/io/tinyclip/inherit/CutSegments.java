package io.tinyclip.inherit;

import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * What each tensor of the cut student is, of the masked student's.
 *
 * <p>Where the masked forward multiplies a mask in, the cut multiplies it into the weights that write there: the width
 * mask into the embeddings, the patch projection and the rows of what writes to the residual stream, its bias included;
 * head and neuron masks into the columns that read what they mask. All else is only cut, since layer norms write the
 * kept channels unmasked.
 */
final class CutSegments {
    private static final int QUERY_KEY_VALUE = 3;
    private static final int COLOURS = 3;

    private final Layout before;
    private final Layout after;
    private final float[] soft;
    private final List<SegmentGather> segments = new ArrayList<>();

    private CutSegments(Layout before, Layout after, float[] soft) {
        this.before = before;
        this.after = after;
        this.soft = soft;
    }

    /** See {@link Gather#of}. */
    static List<SegmentGather> of(Layout before, Layout after, Kept kept, float[] maskSegment) {
        if (after.masked()
                || after.tokenRows() != before.tokenRows()
                || !after.shape().equals(kept.shapeAfter(before.shape()))) {
            throw new IllegalArgumentException("the layout after the cut is not that of the kept units");
        }
        MaskIndex index = MaskIndex.of(before);
        CutSegments cut = new CutSegments(before, after, index.soft(maskSegment));
        cut.image(index.image(), kept.image());
        cut.text(index.text(), kept.text());
        cut.add("logit_scale", Axis.all(1), Axis.all(1));
        return cut.segments;
    }

    private void image(TowerMasks masks, TowerKept kept) {
        ModelShape shape = before.shape();
        int patch = shape.vision().patchSize();
        Axis width = Axis.cut(shape.vision().width(), kept.width());
        Axis scaled = width.times(soft, masks.width());
        addVector("visual.class_embedding", scaled);
        add("visual.positional_embedding", Axis.all(1 + shape.vision().patches()), scaled);
        add("visual.conv1.weight", scaled, Axis.all(COLOURS * patch * patch));
        addNorm("visual.ln_pre", width);
        layers(masks, kept);
        addNorm("visual.ln_post", width);
        add("visual.proj", width, Axis.all(shape.embedding()));
    }

    private void text(TowerMasks masks, TowerKept kept) {
        ModelShape shape = before.shape();
        Axis width = Axis.cut(shape.text().width(), kept.width());
        Axis scaled = width.times(soft, masks.width());
        add("token_embedding.weight", Axis.all(before.tokenRows()), scaled);
        add("positional_embedding", Axis.all(shape.text().contextLength()), scaled);
        layers(masks, kept);
        addNorm("ln_final", width);
        add("text_projection", width, Axis.all(shape.embedding()));
    }

    private void layers(TowerMasks masks, TowerKept kept) {
        Axis width = Axis.cut(masks.tower().width(), kept.width());
        Axis scaled = width.times(soft, masks.width());
        for (int i = 0; i < kept.layers().size(); i++) {
            String name = masks.tower().prefix() + "transformer.resblocks." + i + ".";
            LayerMasks layer = masks.layers().get(i);
            Axis heads = Axis.cut(layer.heads().size(), kept.layers().get(i).heads());
            Axis neurons = Axis.cut(layer.neurons().size(), kept.layers().get(i).neurons());
            if (heads.size() > 0) {
                int headWidth = masks.tower().headWidth();
                Axis projected = heads.expand(headWidth).repeat(QUERY_KEY_VALUE);
                addNorm(name + "ln_1", width);
                add(name + "attn.in_proj_weight", projected, width);
                addVector(name + "attn.in_proj_bias", projected);
                add(
                        name + "attn.out_proj.weight",
                        scaled,
                        heads.times(soft, layer.heads()).expand(headWidth));
            }
            addVector(name + "attn.out_proj.bias", scaled);
            if (neurons.size() > 0) {
                addNorm(name + "ln_2", width);
                add(name + "mlp.c_fc.weight", neurons, width);
                addVector(name + "mlp.c_fc.bias", neurons);
                add(name + "mlp.c_proj.weight", scaled, neurons.times(soft, layer.neurons()));
            }
            addVector(name + "mlp.c_proj.bias", scaled);
        }
    }

    private void addNorm(String name, Axis width) {
        addVector(name + ".weight", width);
        addVector(name + ".bias", width);
    }

    private void addVector(String name, Axis elements) {
        add(name, Axis.all(1), elements);
    }

    private void add(String name, Axis rows, Axis columns) {
        Segment to = after.segment(name);
        segments.add(new SegmentGather(before.segment(name), to, rows, columns));
    }
}
