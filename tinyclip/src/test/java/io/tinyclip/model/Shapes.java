package io.tinyclip.model;

import java.util.Collections;
import java.util.List;

/** Model shapes that tests of several packages use. */
public final class Shapes {
    private static final int CLIP_VOCABULARY = 49_408;

    private Shapes() {}

    /** Every layer differs; one has lost its attention, one its feed-forward half. */
    public static ModelShape cut() {
        VisionTransformer image = new VisionTransformer(
                8, 4, 6, 4, List.of(new LayerShape(2, 5), new LayerShape(0, 3), new LayerShape(1, 0)));
        TextTower text = new TextTower(7, 11, 5, 4, List.of(new LayerShape(1, 9), new LayerShape(0, 0)));
        return new ModelShape(3, Activation.GELU, image, text);
    }

    /** A model of the zoo: head width 64, embedding 512, neurons four times the width, 77 tokens, 224 pixels. */
    public static ModelShape clip(int patch, int imageWidth, int imageLayers, int textWidth, int textLayers) {
        VisionTransformer image = new VisionTransformer(224, patch, imageWidth, 64, uniform(imageWidth, imageLayers));
        TextTower text = new TextTower(77, CLIP_VOCABULARY, textWidth, 64, uniform(textWidth, textLayers));
        return new ModelShape(512, Activation.GELU, image, text);
    }

    private static List<LayerShape> uniform(int width, int layers) {
        return Collections.nCopies(layers, new LayerShape(width / 64, 4 * width));
    }
}
