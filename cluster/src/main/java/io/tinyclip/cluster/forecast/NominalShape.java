package io.tinyclip.cluster.forecast;

import io.tinyclip.mask.Budget;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.util.ArrayList;
import java.util.List;

/**
 * A student of a size that masks are to reach, as if every layer lost the same share of its heads and neurons. What masks really
 * choose differs, most of all in widths; operations come out much alike, since those go by the same budget.
 */
final class NominalShape {
    private NominalShape() {}

    /**
     * The shape with so many counted parameters, about.
     *
     * @param target at most as many as the shape has
     */
    static ModelShape of(ModelShape whole, long target) {
        double share = Math.min(1, (double) target / Budget.counted(whole));
        VisionTransformer image = whole.vision();
        TextTower text = whole.text();
        return new ModelShape(
                whole.embedding(),
                whole.activation(),
                new VisionTransformer(
                        image.imageSize(), image.patchSize(), image.width(), image.headWidth(), cut(image, share)),
                text.with(text.width(), cut(text, share)));
    }

    /** What one layer rounds off, the next one gets: the sum is right even where a layer has few heads. */
    private static List<LayerShape> cut(Tower tower, double share) {
        List<LayerShape> layers = new ArrayList<>();
        double heads = 0;
        double neurons = 0;
        int headsGiven = 0;
        int neuronsGiven = 0;
        for (LayerShape layer : tower.layers()) {
            heads += share * layer.heads();
            neurons += share * layer.neurons();
            int ownHeads = (int) Math.min(layer.heads(), Math.round(heads) - headsGiven);
            int ownNeurons = (int) Math.min(layer.neurons(), Math.round(neurons) - neuronsGiven);
            layers.add(new LayerShape(ownHeads, ownNeurons));
            headsGiven += ownHeads;
            neuronsGiven += ownNeurons;
        }
        return layers;
    }
}
