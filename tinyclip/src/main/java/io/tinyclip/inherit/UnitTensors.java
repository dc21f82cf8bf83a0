package io.tinyclip.inherit;

import io.tinyclip.inherit.UnitTensor.Side;
import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of a pair of transformers by their units: width channels, heads and neurons.
 *
 * <p>The masked forward multiplies the width mask into what writes to the residual stream: the embeddings, the patch
 * projection, and the rows of output projections with their biases; head and neuron masks into the columns that read what
 * they mask. Everything else has units, too, but reads them unmasked.
 */
final class UnitTensors {
    private static final int QUERY_KEY_VALUE = 3;
    private static final int COLOURS = 3;

    private final Layout layout;
    private final Map<String, UnitTensor> tensors = new LinkedHashMap<>();

    private UnitTensors(Layout layout) {
        this.layout = layout;
    }

    /** Every tensor of a masked layout but masks and multipliers, by its name. */
    static Map<String, UnitTensor> of(Layout masked) {
        UnitTensors found = new UnitTensors(masked);
        MaskIndex index = MaskIndex.of(masked);
        found.image(index.image());
        found.text(index.text());
        found.addVector("logit_scale", Side.plain(1));
        return found.tensors;
    }

    private void image(TowerMasks masks) {
        ModelShape shape = layout.shape();
        int patch = shape.vision().patchSize();
        Side width = Side.of(masks.width());
        addVector("visual.class_embedding", width.asMasked());
        add("visual.positional_embedding", Side.plain(1 + shape.vision().patches()), width.asMasked());
        add("visual.conv1.weight", width.asMasked(), Side.plain(COLOURS * patch * patch));
        addNorm("visual.ln_pre", width);
        layers(masks);
        addNorm("visual.ln_post", width);
        add("visual.proj", width, Side.plain(shape.embedding()));
    }

    private void text(TowerMasks masks) {
        ModelShape shape = layout.shape();
        Side width = Side.of(masks.width());
        tokenTable(shape.text(), width.asMasked());
        add("positional_embedding", Side.plain(shape.text().contextLength()), width.asMasked());
        layers(masks);
        addNorm("ln_final", width);
        add("text_projection", width, Side.plain(shape.embedding()));
    }

    /** Of a product only the basis has channels of the width. */
    private void tokenTable(TextTower text, Side width) {
        Side rows = Side.plain(layout.tokenRows());
        if (text.tokenRank() == 0) {
            add(TokenRows.TABLE, rows, width);
            return;
        }
        Side rank = Side.plain(text.tokenRank());
        add(TokenRows.TABLE, rows, rank);
        add(TokenRows.BASIS, rank, width);
    }

    private void layers(TowerMasks masks) {
        Side width = Side.of(masks.width());
        for (int i = 0; i < masks.layers().size(); i++) {
            String name = masks.tower().prefix() + "transformer.resblocks." + i + ".";
            LayerMasks layer = masks.layers().get(i);
            if (layer.heads().size() > 0) {
                attention(name, width, layer.heads(), masks.tower().headWidth());
            }
            addVector(name + "attn.out_proj.bias", width.asMasked());
            if (layer.neurons().size() > 0) {
                feedForward(name, width, Side.of(layer.neurons()));
            }
            addVector(name + "mlp.c_proj.bias", width.asMasked());
        }
    }

    private void attention(String name, Side width, MaskGroup heads, int headWidth) {
        int channels = heads.size() * headWidth;
        Side projected = new Side(QUERY_KEY_VALUE * channels, heads, headWidth, false);
        addNorm(name + "ln_1", width);
        add(name + "attn.in_proj_weight", projected, width);
        addVector(name + "attn.in_proj_bias", projected);
        add(name + "attn.out_proj.weight", width.asMasked(), new Side(channels, heads, headWidth, true));
    }

    private void feedForward(String name, Side width, Side neurons) {
        addNorm(name + "ln_2", width);
        add(name + "mlp.c_fc.weight", neurons, width);
        addVector(name + "mlp.c_fc.bias", neurons);
        add(name + "mlp.c_proj.weight", width.asMasked(), neurons.asMasked());
    }

    private void addNorm(String name, Side width) {
        addVector(name + ".weight", width);
        addVector(name + ".bias", width);
    }

    private void addVector(String name, Side elements) {
        add(name, Side.plain(1), elements);
    }

    private void add(String name, Side rows, Side columns) {
        tensors.put(name, new UnitTensor(name, rows, columns));
    }
}
