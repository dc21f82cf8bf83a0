package io.tinyclip.cluster.forecast;

import io.tinyclip.mask.Costs;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A student of a size that masks or a calibration are to reach, as if every layer lost the same share of its heads and neurons, and of seconds the
 * towers as large a share of their channels, too. What masks really choose differs, most of all in widths; operations come out
 * much alike, since those go by the same budget. Each tower keeps a head and a neuron.
 */
final class NominalShape {
    /** To a millionth, fewer than a layer's heads and neurons tell apart. */
    private static final int HALVINGS = 20;

    private NominalShape() {}

    /**
     * The shape that costs so much, about.
     *
     * @param target at most as much as the whole costs
     * @param narrows whether channels go, too, where seconds are counted
     */
    static ModelShape of(ModelShape whole, long target, Costs costs, boolean narrows) {
        double share = Math.min(1, (double) target / costs.counted(whole));
        if (costs.unit() != Unit.SECONDS) {
            return cut(whole, share, 1);
        }
        // What layers cost however little is left of them goes by channels alone, and can be most of the whole.
        double least = 0;
        double most = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (least + most) / 2;
            boolean fits = costs.counted(cut(whole, middle, narrows ? middle : 1)) <= target;
            least = fits ? middle : least;
            most = fits ? most : middle;
        }
        return share < 1 ? cut(whole, least, narrows ? least : 1) : whole;
    }

    private static ModelShape cut(ModelShape whole, double share, double channels) {
        VisionTransformer image = whole.vision();
        TextTower text = whole.text();
        return new ModelShape(
                whole.embedding(),
                whole.activation(),
                new VisionTransformer(
                        image.imageSize(),
                        image.patchSize(),
                        width(image, channels),
                        image.headWidth(),
                        layers(image, share)),
                text.with(width(text, channels), layers(text, share)));
    }

    private static int width(Tower tower, double channels) {
        return (int) Math.max(1, Math.round(channels * tower.width()));
    }

    /** What one layer rounds off, the next one gets: the sum is right even where a layer has few heads. */
    private static List<LayerShape> layers(Tower tower, double share) {
        double ofHeads = leavesOne(share, tower.layers().stream().mapToInt(LayerShape::heads));
        double ofNeurons = leavesOne(share, tower.layers().stream().mapToInt(LayerShape::neurons));
        List<LayerShape> layers = new ArrayList<>();
        double heads = 0;
        double neurons = 0;
        int headsGiven = 0;
        int neuronsGiven = 0;
        for (LayerShape layer : tower.layers()) {
            heads += ofHeads * layer.heads();
            neurons += ofNeurons * layer.neurons();
            int ownHeads = (int) Math.min(layer.heads(), Math.round(heads) - headsGiven);
            int ownNeurons = (int) Math.min(layer.neurons(), Math.round(neurons) - neuronsGiven);
            layers.add(new LayerShape(ownHeads, ownNeurons));
            headsGiven += ownHeads;
            neuronsGiven += ownNeurons;
        }
        return layers;
    }

    /** The share, or what one unit is of all. */
    private static double leavesOne(double share, IntStream units) {
        return Math.max(share, 1.0 / Math.max(1, units.sum()));
    }
}
