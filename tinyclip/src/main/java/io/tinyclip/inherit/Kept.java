package io.tinyclip.inherit;

import com.google.gson.Gson;
import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.List;

/**
 * Which units stay: of a cut, or of a student chosen by hand other than by the first. Decided once, then announced.
 * A cut has an entry for each layer of the model before it; a student chosen by hand one for each of its own layers.
 */
public record Kept(TowerKept image, TowerKept text) {
    /** Everything a model has: the cut that changes no shape. */
    public static Kept everything(ModelShape shape) {
        return new Kept(
                everything(shape.vision().width(), shape.vision().layers()),
                everything(shape.text().width(), shape.text().layers()));
    }

    /** The model that is left of {@code before}; it is a bug if the indices do not fit it. */
    public ModelShape shapeAfter(ModelShape before) {
        requireFits(before);
        VisionTransformer i = before.vision();
        TextTower t = before.text();
        return new ModelShape(
                before.embedding(),
                before.activation(),
                new VisionTransformer(
                        i.imageSize(), i.patchSize(), image.width().length, i.headWidth(), image.layersAfter()),
                t.with(text.width().length, text.layersAfter()));
    }

    /** Refuses a model of which these cannot be the kept units. */
    void requireFits(ModelShape before) {
        image.requireFits(before.vision());
        text.requireFits(before.text());
    }

    /**
     * The soft masks under which the uncut model gives the cut model's output: 0 for what goes.
     *
     * @param index of the masked layout before the cut
     * @param maskSegment logAlpha
     * @return a mask segment of masks in [0, 1]
     */
    public float[] softMasks(MaskIndex index, float[] maskSegment) {
        float[] soft = index.soft(maskSegment);
        float[] masks = new float[soft.length];
        copyKept(index.image(), image, soft, masks);
        copyKept(index.text(), text, soft, masks);
        return masks;
    }

    /** As JSON, {@code {"image": {"width": [..], "layers": [{"heads": [..], "neurons": [..]}]}, "text": ..}}. */
    public String toJson() {
        return new Gson().toJson(this);
    }

    /** Back from {@link #toJson}. */
    public static Kept fromJson(String json) {
        try {
            Kept kept = new Gson().fromJson(json, Kept.class);
            if (kept != null && kept.image != null && kept.text != null) {
                return kept;
            }
        } catch (RuntimeException e) { // Gson wraps what a record's constructor refuses in no type of its own
            throw new InvalidInputException(
                    "kept indices cannot be read: [" + e.getMessage() + "]; the file is damaged", e);
        }
        throw new InvalidInputException("kept indices lack [image] or [text]; the file is damaged");
    }

    private static void copyKept(TowerMasks masks, TowerKept kept, float[] from, float[] to) {
        copyKept(masks.width(), kept.width(), from, to);
        for (int i = 0; i < kept.layers().size(); i++) {
            LayerMasks layer = masks.layers().get(i);
            copyKept(layer.heads(), kept.layers().get(i).heads(), from, to);
            copyKept(layer.neurons(), kept.layers().get(i).neurons(), from, to);
        }
    }

    private static void copyKept(MaskGroup group, int[] kept, float[] from, float[] to) {
        for (int unit : kept) {
            to[group.from() + unit] = from[group.from() + unit];
        }
    }

    private static TowerKept everything(int width, List<LayerShape> layers) {
        return new TowerKept(
                Axis.range(width),
                layers.stream()
                        .map(layer -> new LayerKept(Axis.range(layer.heads()), Axis.range(layer.neurons())))
                        .toList());
    }
}
