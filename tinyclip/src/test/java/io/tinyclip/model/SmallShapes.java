package io.tinyclip.model;

import java.util.Collections;
import java.util.List;

/** Shapes for tests. */
public final class SmallShapes {
    private SmallShapes() {}

    /** Both towers with D = 2, one head of K = 2, M = 2 and one layer: 36 counted parameters each. */
    public static ModelShape smallest() {
        return model(2, 2, List.of(new LayerShape(1, 2)), 2, List.of(new LayerShape(1, 2)));
    }

    /** Towers of different sizes, with layers of which a half is lost already. */
    public static ModelShape uneven() {
        return model(
                4,
                8,
                List.of(new LayerShape(3, 10), new LayerShape(2, 0)),
                6,
                List.of(new LayerShape(2, 7), new LayerShape(0, 5), new LayerShape(1, 9)));
    }

    /** Large enough for fine budgets and for round-to 8. */
    public static ModelShape middling() {
        List<LayerShape> image = Collections.nCopies(3, new LayerShape(4, 128));
        List<LayerShape> text = Collections.nCopies(2, new LayerShape(3, 96));
        return model(8, 32, image, 24, text);
    }

    /** ViT-B/32 of OpenCLIP. */
    public static ModelShape vitB32() {
        return new ModelShape(
                512,
                Activation.GELU,
                new VisionTransformer(224, 32, 768, 64, Collections.nCopies(12, new LayerShape(12, 3072))),
                new TextTower(77, 49_408, 512, 64, Collections.nCopies(12, new LayerShape(8, 2048))));
    }

    /** A residual network with every kind of block: the last stage sees a grid of 2 x 2. */
    public static ModelShape resnet() {
        return new ModelShape(
                6,
                Activation.GELU,
                new ResNet(64, 4, 32, List.of(2, 1, 1, 1)),
                new TextTower(6, 30, 8, 4, List.of(new LayerShape(2, 16))));
    }

    private static ModelShape model(
            int headWidth, int imageWidth, List<LayerShape> image, int textWidth, List<LayerShape> text) {
        return new ModelShape(
                5,
                Activation.QUICK_GELU,
                new VisionTransformer(4, 2, imageWidth, headWidth, image),
                new TextTower(3, 11, textWidth, headWidth, text));
    }
}
