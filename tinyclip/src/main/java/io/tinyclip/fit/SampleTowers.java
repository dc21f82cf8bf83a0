package io.tinyclip.fit;

import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * Models whose towers differ in all that a cut of a larger one can leave: widths from three eighths on, any number of heads, and
 * neurons from all down to a 32nd, or none. They have few layers, as those of a tower cost alike but for the last. Always the same
 * ones of a model.
 */
public final class SampleTowers {
    private static final long SEED = 1;
    private static final int MOST_LAYERS = 4;
    private static final int WIDTH_PARTS = 16;
    private static final int LEAST_WIDTH_PARTS = 6;
    private static final int HALVINGS = 6;

    private SampleTowers() {}

    /**
     * Some of a model; the first has whole layers.
     *
     * @param model with an image tower of layers
     */
    public static List<ModelShape> of(ModelShape model, int count) {
        List<ModelShape> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            VisionTransformer image = model.vision();
            TextTower text = model.text();
            Drawing drawing = new Drawing(Counter.key(SEED, i), i == 0);
            int imageWidth = drawing.width(image);
            List<LayerShape> imageLayers = drawing.layers(image);
            int textWidth = drawing.width(text);
            List<LayerShape> textLayers = drawing.layers(text);
            samples.add(new ModelShape(
                    model.embedding(),
                    model.activation(),
                    new VisionTransformer(
                            image.imageSize(), image.patchSize(), imageWidth, image.headWidth(), imageLayers),
                    new TextTower(text.contextLength(), text.vocabulary(), textWidth, text.headWidth(), textLayers)));
        }
        return samples;
    }

    /** Draws one sample's sizes one after another. */
    private static final class Drawing {
        private final long key;
        private final boolean whole;
        private int drawn;

        Drawing(long key, boolean whole) {
            this.key = key;
            this.whole = whole;
        }

        int width(Tower tower) {
            int parts = LEAST_WIDTH_PARTS + below(WIDTH_PARTS - LEAST_WIDTH_PARTS + 1);
            return whole ? tower.width() : Math.max(1, tower.width() * parts / WIDTH_PARTS);
        }

        List<LayerShape> layers(Tower tower) {
            int most = Math.min(MOST_LAYERS, tower.layers().size());
            int depth = whole ? most : Math.min(most, 1 + below(MOST_LAYERS));
            int heads =
                    tower.layers().stream().mapToInt(LayerShape::heads).max().orElse(0);
            int neurons =
                    tower.layers().stream().mapToInt(LayerShape::neurons).max().orElse(0);
            List<LayerShape> layers = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                int someHeads = below(heads + 1);
                int halvings = below(HALVINGS + 1);
                int someNeurons = halvings == HALVINGS ? 0 : neurons >> halvings;
                layers.add(whole ? new LayerShape(heads, neurons) : new LayerShape(someHeads, someNeurons));
            }
            return layers;
        }

        private int below(int bound) {
            return Counter.below(key, drawn++, bound);
        }
    }
}
